#include "provenance/agent_pen.hpp"

#include "base/log.hpp"
#include "contracts/limits.hpp"
#include "views/transactions.hpp"

namespace tally::provenance {
namespace {

using contracts::ErrorClass;
using contracts::ErrorCode;
using ledger::Outcome;

constexpr std::chrono::milliseconds kPause{50};

// Answers that arrive on other threads, and whoever waits for the last of them. Shared with the
// replies, so that it exists until each has been called.
class Answers {
 public:
  explicit Answers(std::size_t count) : outcomes_(count), missing_(count) {}

  void set(std::size_t index, Outcome outcome) {
    const std::lock_guard lock(mutex_);
    outcomes_[index] = std::move(outcome);
    if (--missing_ == 0) complete_.notify_all();
  }
  std::vector<Outcome> wait() {
    std::unique_lock lock(mutex_);
    complete_.wait(lock, [&] { return missing_ == 0; });
    return std::move(outcomes_);
  }

 private:
  std::mutex mutex_;
  std::condition_variable complete_;
  std::vector<Outcome> outcomes_;
  std::size_t missing_;
};

// Whether the same can be tried again without anybody doing anything: the ledger is busy, halted or
// stopping, or the transaction got too old on the way.
bool passes(ErrorCode code) {
  const auto error_class = contracts::error_class(code);
  return error_class == ErrorClass::overloaded || error_class == ErrorClass::internal ||
         error_class == ErrorClass::expired;
}

}  // namespace

bool AgentPen::wait_for(std::uint64_t height) const {
  while (!views_.wait_for(height, kPause)) {
    if (stopping_()) return false;
  }
  return true;
}

void AgentPen::pause() const { std::this_thread::sleep_for(kPause); }

std::optional<codec::SignedTransaction> AgentPen::sign(const Entry& entry) const {
  contracts::Transaction tx;
  tx.version = contracts::kTransactionVersion;
  tx.network_id = engine_.ledger().network_id();
  tx.signers = {entry.author.agent};
  tx.valid_until_ms = engine_.time_ms() + contracts::kValidityMsDefault;
  tx.idempotency_key.assign(entry.idempotency_key.begin(), entry.idempotency_key.end());
  for (const auto& principal : entry.part.principals) {
    tx.references.push_back({contracts::delegation_key(principal, entry.author.agent)});
  }
  tx.inputs = entry.part.inputs;
  tx.outputs = entry.part.outputs;
  tx.commands = entry.part.commands;
  codec::SignedTransaction out{codec::encode_body(tx), {}};
  const auto id = contracts::txid(tx.network_id, out.body);
  const auto signature = agents_.sign(entry.author.agent, id.bytes);
  if (!signature) {
    spdlog::warn("agent {} cannot sign: {}", entry.author.agent.hex(), name(signature.error()));
    return std::nullopt;
  }
  out.witnesses.emplace_back(signature->bytes.begin(), signature->bytes.end());
  return out;
}

std::vector<Outcome> AgentPen::submit(std::vector<codec::SignedTransaction> transactions) {
  const auto answers = std::make_shared<Answers>(transactions.size());
  for (std::size_t i = 0; i < transactions.size(); ++i) {
    engine_.submit(std::move(transactions[i]),
                   [answers, i](Outcome outcome) { answers->set(i, std::move(outcome)); });
  }
  if (transactions.empty()) return {};
  return answers->wait();
}

// The outcome of the transaction that an earlier life sent under the same key. The views will show
// it, because it is in the journal.
std::optional<Written> AgentPen::recall(const contracts::Txid& txid) const {
  while (!stopping_()) {
    const auto snapshot = views_.snapshot();
    const auto place =
        snapshot ? views::find_transaction(*snapshot, txid) : std::unexpected(snapshot.error());
    if (place && *place && (*place)->error) {
      return Written{.kind = Written::Kind::rejected, .code = (*place)->error->code};
    }
    if (place && *place) {
      const auto settled = views::read_transaction(*snapshot, txid);
      if (settled && *settled) {
        return Written{.kind = Written::Kind::settled,
                       .reference = {txid, (*place)->height},
                       .standing = standing((*settled)->transaction.commands)};
      }
    }
    pause();
  }
  return std::nullopt;
}

// Nothing: to be tried again, unless it is to stop.
std::optional<Written> AgentPen::answer(const Entry& entry, const Outcome& outcome) {
  if (outcome.kind == Outcome::Kind::settled) {
    return Written{.kind = Written::Kind::settled,
                   .reference = {outcome.txid, outcome.height},
                   .standing = standing(entry.part.commands)};
  }
  const auto code = outcome.error->code;
  if (code == ErrorCode::idempotency_conflict && outcome.conflicting) {
    return recall(*outcome.conflicting);
  }
  if (outcome.kind == Outcome::Kind::rejected) {
    return Written{.kind = Written::Kind::rejected, .code = code};
  }
  if (passes(code)) return std::nullopt;
  return Written{.kind = Written::Kind::refused, .code = code};
}

std::optional<std::vector<Written>> AgentPen::write(std::span<const Entry> entries) {
  std::vector<std::optional<Written>> written(entries.size());
  while (true) {
    std::vector<std::size_t> sent;
    std::vector<codec::SignedTransaction> transactions;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (written[i]) continue;
      auto transaction = sign(entries[i]);
      if (!transaction) {
        written[i] = Written{.kind = Written::Kind::unsigned_};
        continue;
      }
      sent.push_back(i);
      transactions.push_back(std::move(*transaction));
    }
    if (sent.empty()) break;
    const auto outcomes = submit(std::move(transactions));
    bool again = false;
    for (std::size_t k = 0; k < sent.size(); ++k) {
      written[sent[k]] = answer(entries[sent[k]], outcomes[k]);
      again = again || !written[sent[k]];
    }
    if (!again) break;
    if (stopping_()) return std::nullopt;
    pause();
  }
  std::vector<Written> out;
  for (auto& one : written) out.push_back(*one);
  return out;
}

}  // namespace tally::provenance
