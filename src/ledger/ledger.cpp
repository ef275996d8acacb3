#include "ledger/ledger.hpp"

#include "base/check.hpp"
#include "base/failpoint.hpp"
#include "base/planted.hpp"
#include "contracts/invariants.hpp"
#include "contracts/limits.hpp"
#include "contracts/membership.hpp"
#include "crypto/merkle.hpp"
#include "ledger/ledger_undo.hpp"

namespace tally::ledger {

using contracts::ErrorCode;

Ledger::Ledger(std::unique_ptr<storage::Store> state, std::unique_ptr<Journal> journal,
               LedgerOptions options)
    : state_(std::move(state)),
      journal_(std::move(journal)),
      options_(std::move(options)),
      snapshot_(*state_),
      outputs_(*state_, snapshot_),
      registries_(*state_, snapshot_),
      once_(snapshot_) {}

Ledger::~Ledger() = default;

// The writer takes its lock once for a block, not for each transaction: whoever simulates costs it
// one wait.
void Ledger::hold() {
  if (!writing_.owns_lock()) writing_.lock();
}

void Ledger::let_go() {
  if (writing_.owns_lock()) writing_.unlock();
}

void Ledger::begin(std::uint64_t time_ms) {
  hold();
  CHECK(time_ms >= head_.time_ms);
  if (!undo_) {
    undo_ = std::make_unique<Undo>();
    undo_->head = head_;
    undo_->head_hash = head_hash_;
    undo_->next_output = outputs_.next();
  }
  block_ = codec::Block{};
  leaves_.clear();
  block_bytes_ = 0;
  block_.header.height = head_.height + 1;
  block_.header.previous_hash = head_hash_;
  block_.header.time_ms = time_ms;
  block_.header.active_ms =
      head_.active_ms + std::min(time_ms - head_.time_ms, contracts::kActiveStepMsMax);
  block_.header.first_output_number = outputs_.next();
}

Faulty<Outcome> Ledger::execute(const Candidate& candidate) {
  FAILPOINT(transaction_before_judge);
  auto outcome = sequence(candidate);
  // What could not be read explains whatever else went wrong.
  if (registries_.fault()) return std::unexpected(*registries_.fault());
  return outcome;
}

Faulty<Outcome> Ledger::sequence(const Candidate& candidate) {
  const auto& tx = candidate.transaction;
  outputs_.forget_loaded();
  registries_.trim();
  const bool late = tx.valid_until_ms < block_.header.time_ms;
  if (PLANTED(wrong_precedence) && late) {
    return Outcome{.txid = candidate.txid, .error = contracts::Error{ErrorCode::expired}};
  }
  if (auto known = recall(candidate); !known || *known) {
    if (!known) return std::unexpected(known.error());
    return std::move(**known);
  }
  Outcome refused{.txid = candidate.txid};
  if (const auto ok = contracts::check_submission(tx, registries_, block_.header.time_ms); !ok) {
    refused.error = ok.error();
    return refused;
  }
  contracts::ResolvedTransaction resolved{tx, candidate.txid, outputs_.next(), {}};
  auto delta = judge(candidate, resolved);
  if (!delta) return std::unexpected(delta.error());
  if (*delta) {
    // Independent of the rules. A rejection changes nothing, so there is nothing to check.
    if (const auto violation = check_invariants(resolved, registries_, **delta)) {
      return fault(FaultCode::invariant_broken, block_.header.height,
                   fmt::format("transaction {} breaks invariant {}: quarantine it and report it",
                               candidate.txid.hex(), static_cast<int>(*violation)));
    }
    return settle(candidate, **delta);
  }
  if (delta->error().code == ErrorCode::internal_error) {
    return fault(FaultCode::invariant_broken, block_.header.height,
                 fmt::format("transaction {} finds registries that contradict themselves: "
                             "quarantine it and report it",
                             candidate.txid.hex()));
  }
  if (tx.signers.empty()) {
    refused.error = delta->error();
    return refused;
  }
  return reject(candidate, delta->error());
}

Faulty<std::optional<Outcome>> Ledger::recall(const Candidate& candidate) const {
  const auto& tx = candidate.transaction;
  const auto answer = [&](const Remembered& value) {
    return Outcome{.kind = value.error ? Outcome::Kind::rejected : Outcome::Kind::settled,
                   .txid = value.txid,
                   .height = value.height,
                   .first_output_number = value.first_output_number,
                   .error = value.error,
                   .conflicting = {},
                   .remembered = true};
  };
  if (!tx.idempotency_key.empty() && !tx.signers.empty()) {
    const auto found = once_.find(tx.signers.front(), tx.idempotency_key, block_.header.time_ms);
    if (!found) return std::unexpected(found.error());
    if (*found && (*found)->txid == candidate.txid) return answer(**found);
    if (*found) {
      return Outcome{.txid = candidate.txid,
                     .error = contracts::Error{ErrorCode::idempotency_conflict},
                     .conflicting = (*found)->txid,
                     .remembered = true};
    }
  }
  const auto found = once_.find(candidate.txid, tx.valid_until_ms);
  if (!found) return std::unexpected(found.error());
  if (*found) return answer(**found);
  // One with inputs that has settled is known by them: all are spent. What it settled stays
  // settled, whatever has become of its validity and of its signer's membership.
  if (tx.inputs.empty()) return std::optional<Outcome>{};
  const auto first = tx.inputs.front().number;
  if (first >= outputs_.next() || !bitmap_.spent(first)) return std::optional<Outcome>{};
  return recall_settled(candidate.txid);
}

Faulty<std::optional<Outcome>> Ledger::recall_settled(const contracts::Txid& txid) const {
  std::optional<Outcome> found;
  if (const auto* recent = unpublished_.find(txid)) {
    found = *recent;
  } else if (options_.find_settled) {
    auto asked = options_.find_settled(txid);
    if (!asked) return asked;
    found = std::move(*asked);
  }
  if (found) found->remembered = true;
  return found;
}

// Resolves the inputs and runs the rules. Errors in precedence order: output_unknown,
// already_spent, outpoint_mismatch (each with the input's index), then those of the rules.
Faulty<contracts::Result<contracts::Delta>> Ledger::judge(
    const Candidate& candidate, contracts::ResolvedTransaction& resolved) {
  using Verdict = contracts::Result<contracts::Delta>;
  const auto& inputs = candidate.transaction.inputs;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto number = inputs[i].number;
    if (number >= outputs_.next()) return Verdict(contracts::fail(ErrorCode::output_unknown, i));
    const bool forgotten = PLANTED(forget_conflict_in_same_block) && undo_ &&
                           std::ranges::find(undo_->spent, number) != undo_->spent.end();
    if (bitmap_.spent(number) && !forgotten) {
      return Verdict(contracts::fail(ErrorCode::already_spent, i, number));
    }
    auto stored = outputs_.find(number);
    if (!stored) return std::unexpected(stored.error());
    if ((*stored)->outpoint != inputs[i].outpoint) {
      return Verdict(contracts::fail(ErrorCode::outpoint_mismatch, i));
    }
    resolved.inputs.push_back(&(*stored)->output);
  }
  return verify(resolved, registries_, open_block());
}

Faulty<Outcome> Ledger::settle(const Candidate& candidate, const contracts::Delta& delta) {
  const auto& tx = candidate.transaction;
  Outcome outcome{.kind = Outcome::Kind::settled,
                  .txid = candidate.txid,
                  .height = block_.header.height,
                  .first_output_number = outputs_.next(),
                  .error = {},
                  .conflicting = {}};
  apply(tx, candidate.txid, delta.writes);
  remember(tx, {candidate.txid, outcome.height, block_.header.time_ms, outcome.first_output_number,
                std::nullopt});
  FAILPOINT(transaction_settled_in_memory);
  if (!tx.inputs.empty()) note_settled(outcome);
  ++block_.header.settled_count;
  leaves_.push_back(codec::settled_leaf(candidate.txid, outcome.first_output_number, delta.writes));
  block_.outcomes.emplace_back(codec::SettledRecord{
      Bytes(candidate.body.begin(), candidate.body.end()), candidate.witnesses, delta.writes});
  block_bytes_ += codec::encoded_bytes(block_.outcomes.back());
  return outcome;
}

Outcome Ledger::reject(const Candidate& candidate, const contracts::Error& error) {
  const auto& tx = candidate.transaction;
  remember(tx, {candidate.txid, block_.header.height, block_.header.time_ms, 0, error});
  ++block_.header.rejected_count;
  leaves_.push_back(codec::rejected_leaf(candidate.txid, error));
  block_.outcomes.emplace_back(codec::RejectedRecord{candidate.txid, error, tx.signers.front(),
                                                     tx.idempotency_key, tx.valid_until_ms});
  block_bytes_ += codec::encoded_bytes(block_.outcomes.back());
  return {.kind = Outcome::Kind::rejected,
          .txid = candidate.txid,
          .height = block_.header.height,
          .first_output_number = 0,
          .error = error,
          .conflicting = {}};
}

void Ledger::apply(const contracts::Transaction& tx, const contracts::Txid& txid,
                   const std::vector<contracts::RegistryWrite>& writes) {
  for (const auto& input : tx.inputs) {
    bitmap_.mark(input.number);
    if (undo_) undo_->spent.push_back(input.number);
  }
  for (std::uint32_t i = 0; i < tx.outputs.size(); ++i) {
    outputs_.append({{txid, i}, tx.outputs[i]});
  }
  bitmap_.resize(outputs_.next());
  for (const auto& write : writes) {
    auto before = registries_.put(write);
    track_deadline(write.key, &write.entry, before ? &*before : nullptr);
    if (undo_) undo_->writes.emplace_back(write.key, std::move(before));
  }
}

void Ledger::remember(const contracts::Transaction& tx, const Remembered& value) {
  if (value.error || tx.inputs.empty()) {
    remember(once_key(value.txid, tx.valid_until_ms), value);
  }
  if (!tx.idempotency_key.empty() && !tx.signers.empty()) {
    remember(once_key(tx.signers.front(), tx.idempotency_key, value.time_ms), value);
  }
}

void Ledger::remember(const OnceKey& key, const Remembered& value) {
  once_.put(key, value);
  if (undo_) undo_->remembered.push_back(key);
}

void Ledger::note_settled(const Outcome& outcome) {
  if (!options_.find_settled && unpublished_.size() >= options_.unpublished_max) {
    unpublished_.drop_first();
  }
  unpublished_.add(outcome);
  if (undo_) ++undo_->settled;
}

namespace {

// When an entry has to be carried on: an order that lives, a case that is not closed.
std::optional<std::uint64_t> deadline_of(const contracts::RegistryEntry* entry) {
  if (entry == nullptr) return std::nullopt;
  if (const auto* order = std::get_if<contracts::OrderEntry>(entry)) {
    return contracts::ended(order->state) ? std::nullopt : std::optional(order->deadline_active_ms);
  }
  if (const auto* of_case = std::get_if<contracts::CaseEntry>(entry)) {
    return of_case->state == contracts::CaseState::closed
               ? std::nullopt
               : std::optional(of_case->deadline_active_ms);
  }
  return std::nullopt;
}

}  // namespace

// Keeps the deadlines sorted. Called with the entry before and after, either way round.
void Ledger::track_deadline(const contracts::RegistryKey& key, const contracts::RegistryEntry* now,
                            const contracts::RegistryEntry* before) {
  if (const auto was = deadline_of(before)) deadlines_.erase({*was, key});
  if (const auto is = deadline_of(now)) deadlines_.insert({*is, key});
}

codec::Block Ledger::seal() {
  FAILPOINT(block_before_seal);
  complete_header();
  let_go();
  FAILPOINT(block_after_seal);
  return std::move(block_);
}

// The header's counts and roots, from what has been laid into memory since begin().
void Ledger::complete_header() {
  auto& header = block_.header;
  header.outputs_count = static_cast<std::uint32_t>(outputs_.next() - header.first_output_number);
  header.transactions_root = crypto::merkle_root(leaves_);
  header.spent_root = bitmap_.settle();
  header.registry_digest = registries_.digest().digest();
  leaves_.clear();
  head_ = header;
  head_hash_ = codec::block_hash(header);
}

Faulty<void> Ledger::commit(std::span<const codec::Block> blocks) {
  let_go();  // of a block that was begun and stayed empty
  auto done = journal_->append(blocks);
  if (!done) {
    if (done.error().storage != storage::Error::outcome_unknown) abandon();
    return done;
  }
  hold();
  for (const auto number : undo_->spent) outputs_.release(number);
  outputs_.forget_loaded();
  undo_.reset();
  snapshot_.end();
  let_go();
  return {};
}

void Ledger::abandon() {
  CHECK(undo_);
  hold();
  const auto undo = std::move(undo_);
  for (auto write = undo->writes.rbegin(); write != undo->writes.rend(); ++write) {
    const auto& [key, before] = *write;
    track_deadline(key, before ? &*before : nullptr, registries_.find(key));
    registries_.undo(key, before);
  }
  for (const auto number : undo->spent) {
    if (!PLANTED(lose_undo_on_abandon)) bitmap_.unmark(number);
  }
  outputs_.truncate(undo->next_output);
  bitmap_.resize(undo->next_output);
  for (const auto& key : undo->remembered) once_.undo(key);
  unpublished_.take_back(undo->settled);
  outputs_.forget_loaded();
  registries_.forget_fault();
  head_ = undo->head;
  head_hash_ = undo->head_hash;
  block_ = codec::Block{};
  block_bytes_ = 0;
  leaves_.clear();
  snapshot_.end();
  let_go();
}

std::vector<contracts::RegistryKey> Ledger::due(std::uint64_t active_ms,
                                                std::size_t count_max) const {
  std::vector<contracts::RegistryKey> out;
  for (const auto& [deadline, key] : deadlines_) {
    const bool open = deadline > active_ms - (PLANTED(off_by_one_at_deadline) ? 1 : 0);
    if (open || out.size() >= count_max) break;
    out.push_back(key);
  }
  return out;
}

void Ledger::publish(std::uint64_t height) { unpublished_.publish(height); }

bool Ledger::unpublished_full() const {
  return options_.find_settled && unpublished_.size() >= options_.unpublished_max;
}

}  // namespace tally::ledger
