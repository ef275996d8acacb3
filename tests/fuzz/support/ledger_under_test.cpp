#include "fuzz/support/ledger_under_test.hpp"

#include "base/check.hpp"
#include "client/development.hpp"
#include "codec/genesis.hpp"
#include "codec/registry.hpp"
#include "codec/transaction.hpp"
#include "contracts/limits.hpp"
#include "contracts/membership.hpp"
#include "fuzz/support/disks.hpp"
#include "fuzz/support/propose.hpp"
#include "ledger/state_tables.hpp"

namespace tally::fuzz {

using namespace contracts;
using ledger::Outcome;
using Kind = Outcome::Kind;

namespace {

// Of what beginning() did: members, assets, items and offers. All of it would take too long each
// time.
constexpr std::size_t kBegun = 36;

}  // namespace

LedgerUnderTest::LedgerUnderTest()
    : now_{Model(client::development_genesis()), {}}, durable_(now_) {
  open();
  pause_ms_ = kStepMs;
  const auto& transactions = beginning().transactions;
  for (const auto& tx : std::span(transactions).first(std::min(kBegun, transactions.size()))) {
    execute(tx);
    seal();
  }
  commit({});
  sent_.clear();
}

void LedgerUnderTest::open() {
  const auto created = [](storage::Options options) {
    options.create = true;
    options.on_unknown_outcome = {};  // commit() makes it a crash
    return options;
  };
  auto journal_store = storage::open_memory_store(
      journal_disk_, clock_, created(ledger::Journal::store_options(network())));
  auto state = storage::open_memory_store(state_disk_, clock_,
                                          created(ledger::state_store_options(network())));
  auto tip = storage::TipFile::open(std::make_unique<TipInMemory>(tip_));
  CHECK(journal_store && state && tip);
  auto journal = ledger::Journal::open(std::move(*journal_store), std::move(*tip));
  CHECK(journal.has_value());
  ledger::LedgerOptions options;
  options.find_settled = [this](const Txid& txid) -> ledger::Faulty<std::optional<Outcome>> {
    for (const auto& known : durable_.known) {
      if (known.outcome.txid == txid && known.outcome.kind == Kind::settled) return known.outcome;
    }
    return std::nullopt;
  };
  auto opened = ledger::Ledger::open(std::move(*state), std::move(*journal),
                                     codec::encode_genesis(client::development_genesis()), options);
  CHECK(opened.has_value());
  ledger_ = std::move(*opened);
}

void LedgerUnderTest::begin() {
  if (open_) return;
  open_ = true;
  now_.model.pass(std::exchange(pause_ms_, kStepMs));
  now_.model.block.previous_hash = ledger_->head_hash();
  ledger_->begin(now_.model.block.time_ms);
  const auto block = ledger_->open_block();
  CHECK(block.height == now_.model.block.height && block.time_ms == now_.model.block.time_ms &&
        block.active_ms == now_.model.block.active_ms);
}

void LedgerUnderTest::execute(const Transaction& tx) {
  begin();
  const auto body = codec::encode_body(tx);
  const auto id = txid(network(), body);
  const std::vector<Bytes> witnesses(tx.signers.size(), Bytes(64));
  const auto outcome = ledger_->execute({tx, id, body, witnesses});
  CHECK(outcome.has_value());
  CHECK(outcome->txid == id || outcome->remembered);
  check(tx, id, *outcome);
  sent_.push_back(tx);
}

// What the ledger must answer from its memory; `conflict`: with idempotency_conflict.
const LedgerUnderTest::Known* LedgerUnderTest::recalled(const Transaction& tx, const Txid& id,
                                                        bool& conflict) const {
  const auto now_ms = now_.model.block.time_ms;
  if (!tx.idempotency_key.empty() && !tx.signers.empty()) {
    for (auto known = now_.known.rbegin(); known != now_.known.rend(); ++known) {
      if (known->idempotency_key != tx.idempotency_key ||
          known->first_signer != tx.signers.front() || known->time_ms + kIdempotencyMs <= now_ms) {
        continue;
      }
      conflict = known->outcome.txid != id;
      return &*known;
    }
  }
  for (const auto& known : now_.known) {
    if (known.outcome.txid == id) return &known;
  }
  return nullptr;
}

void LedgerUnderTest::check(const Transaction& tx, const Txid& id, const Outcome& outcome) {
  bool conflict = false;
  if (const auto* known = recalled(tx, id, conflict)) {
    if (conflict) {
      CHECK(outcome.kind == Kind::refused && outcome.conflicting == known->outcome.txid);
      CHECK(outcome.error && outcome.error->code == ErrorCode::idempotency_conflict);
      return;
    }
    // What needs no memory for ever may be forgotten once its validity has ended.
    const bool for_ever = known->outcome.kind == Kind::settled && known->has_inputs;
    if (!outcome.remembered) {
      CHECK(!for_ever && known->valid_until_ms < now_.model.block.time_ms);
      CHECK(outcome.error && outcome.error->code == ErrorCode::expired);
      return;
    }
    CHECK(outcome.kind == known->outcome.kind && outcome.error == known->outcome.error &&
          outcome.height == known->outcome.height &&
          outcome.first_output_number == known->outcome.first_output_number);
    return;
  }
  CHECK(!outcome.remembered);
  if (const auto ok = check_submission(tx, now_.model.registry, now_.model.block.time_ms); !ok) {
    CHECK(outcome.kind == Kind::refused && outcome.error == ok.error());
    return;
  }
  const auto verdict = now_.model.judge(tx, id);
  if (!verdict) {
    CHECK(outcome.kind == (tx.signers.empty() ? Kind::refused : Kind::rejected));
    CHECK(outcome.error == verdict.error());
    if (outcome.kind == Kind::rejected) remember(tx, outcome);
    return;
  }
  CHECK(outcome.kind == Kind::settled && outcome.first_output_number == now_.model.next &&
        outcome.height == now_.model.block.height);
  now_.model.settle(tx, id, *verdict);
  remember(tx, outcome);
}

void LedgerUnderTest::remember(const Transaction& tx, const Outcome& outcome) {
  now_.known.push_back({outcome, tx.signers.empty() ? PublicKey{} : tx.signers.front(),
                        tx.idempotency_key, tx.valid_until_ms, now_.model.block.time_ms,
                        !tx.inputs.empty()});
}

void LedgerUnderTest::pass(std::uint64_t ms) {
  if (!open_) pause_ms_ += ms;
}

void LedgerUnderTest::seal() {
  if (!open_) return;
  open_ = false;
  sealed_.push_back(ledger_->seal());
  const auto& header = sealed_.back().header;
  CHECK(header.height == now_.model.block.height);
  CHECK(header.first_output_number + header.outputs_count == now_.model.next);
}

void LedgerUnderTest::commit(std::optional<storage::CommitFault> fault) {
  if (open_ || sealed_.empty()) return;
  if (fault) {
    journal_disk_.set_commit_fault([&fault] { return std::exchange(fault, std::nullopt); });
  }
  const auto wanted = fault;
  const auto done = ledger_->commit(sealed_);
  journal_disk_.set_commit_fault({});
  CHECK(done.has_value() == !wanted.has_value());
  sealed_.clear();
  if (!wanted || (wanted->error == storage::Error::outcome_unknown && wanted->takes_effect)) {
    durable_ = now_;
  } else {
    now_ = durable_;
  }
  if (wanted && wanted->error == storage::Error::outcome_unknown) crash();
}

void LedgerUnderTest::abandon() {
  if (!open_ && sealed_.empty()) return;
  ledger_->abandon();
  open_ = false;
  sealed_.clear();
  now_ = durable_;
}

void LedgerUnderTest::start_checkpoint() {
  if (open_ || !sealed_.empty() || checkpoint_) return;
  checkpoint_ = ledger_->start_checkpoint();
  checkpoint_written_ = false;
}

void LedgerUnderTest::write_checkpoint() {
  if (!checkpoint_ || checkpoint_written_) return;
  CHECK(checkpoint_().has_value());
  checkpoint_written_ = true;
}

void LedgerUnderTest::finish_checkpoint() {
  if (!checkpoint_written_ || open_) return;
  ledger_->finish_checkpoint();
  checkpoint_ = nullptr;
  checkpoint_written_ = false;
}

void LedgerUnderTest::crash() {
  checkpoint_ = nullptr;
  checkpoint_written_ = false;
  open_ = false;
  sealed_.clear();
  ledger_.reset();
  now_ = durable_;
  open();
  compare();
}

// The roots of the last header from nothing: all entries, all numbers.
void LedgerUnderTest::check_roots() const {
  crypto::LtHash entries;
  for (const auto& [key, entry] : now_.model.registry.entries) {
    auto element = ledger::registry_table_key(key);
    append(element, codec::encode_entry(entry));
    entries.add(element);
  }
  CHECK(ledger_->head().registry_digest == entries.digest());
  ledger::SpentBitmap bitmap;
  bitmap.resize(now_.model.next);
  for (OutputNumber number = 0; number < now_.model.next; ++number) {
    if (!now_.model.unspent.contains(number)) bitmap.mark(number);
  }
  CHECK(ledger_->head().spent_root == bitmap.settle());
}

void LedgerUnderTest::compare() {
  if (open_ || !sealed_.empty()) return;
  const auto& model = now_.model;
  CHECK(ledger_->head().height == model.block.height);
  CHECK(ledger_->head().time_ms == model.block.time_ms);
  CHECK(ledger_->head().active_ms == model.block.active_ms);
  for (const auto& [number, stored] : model.unspent) {
    const auto found = ledger_->output(number);
    CHECK(found.has_value() && **found == stored);
  }
  std::set<std::pair<std::uint64_t, RegistryKey>> deadlines;
  for (const auto& [key, entry] : model.registry.entries) {
    const auto found = ledger_->read_entry(key);
    CHECK(found.has_value() && *found == entry);
    const auto* order = std::get_if<OrderEntry>(&entry);
    if (order != nullptr && !ended(order->state)) {
      deadlines.insert({order->deadline_active_ms, key});
    }
    const auto* of_case = std::get_if<CaseEntry>(&entry);
    if (of_case != nullptr && of_case->state != CaseState::closed) {
      deadlines.insert({of_case->deadline_active_ms, key});
    }
  }
  const auto due = ledger_->due(UINT64_MAX, SIZE_MAX);
  CHECK(std::ranges::equal(due, deadlines, {}, {}, &std::pair<std::uint64_t, RegistryKey>::second));
  check_roots();
  model.check_whole();
}

}  // namespace tally::fuzz
