// Ledger::simulate: the verdict that a transaction would get, on any thread, changing nothing.
#include "contracts/limits.hpp"
#include "contracts/membership.hpp"
#include "ledger/ledger.hpp"

namespace tally::ledger {
namespace {

using contracts::ErrorCode;

// A registry that reads through to the ledger's and keeps what it read, so that pointers stay
// valid.
class ReadThrough final : public contracts::Registry {
 public:
  explicit ReadThrough(const Registries& registries) : registries_(registries) {}

  [[nodiscard]] const contracts::RegistryEntry* find(
      const contracts::RegistryKey& key) const override {
    auto found = seen_.find(key);
    if (found == seen_.end()) {
      auto entry = registries_.read(key);
      if (!entry && !fault_) fault_ = entry.error();
      found = seen_.emplace(key, entry ? std::move(*entry) : std::nullopt).first;
    }
    return found->second ? &*found->second : nullptr;
  }
  [[nodiscard]] const std::optional<Fault>& fault() const { return fault_; }

 private:
  const Registries& registries_;
  mutable std::map<contracts::RegistryKey, std::optional<contracts::RegistryEntry>> seen_;
  mutable std::optional<Fault> fault_;
};

}  // namespace

Faulty<contracts::Result<contracts::Delta>> Ledger::simulate(const Candidate& candidate,
                                                             std::uint64_t time_ms) const {
  using Verdict = contracts::Result<contracts::Delta>;
  const std::shared_lock lock(mutex_);
  const ReadThrough registry(registries_);
  const auto& tx = candidate.transaction;
  time_ms = std::max(time_ms, head_.time_ms);
  if (const auto ok = contracts::check_submission(tx, registry, time_ms); !ok) {
    if (registry.fault()) return std::unexpected(*registry.fault());
    return Verdict(std::unexpected(ok.error()));
  }
  std::deque<StoredOutput> outputs;
  contracts::ResolvedTransaction resolved{tx, candidate.txid, outputs_.next(), {}};
  for (std::size_t i = 0; i < tx.inputs.size(); ++i) {
    const auto number = tx.inputs[i].number;
    if (number >= outputs_.next()) return Verdict(contracts::fail(ErrorCode::output_unknown, i));
    if (bitmap_.spent(number)) {
      return Verdict(contracts::fail(ErrorCode::already_spent, i, number));
    }
    auto stored = outputs_.read(number);
    if (!stored) return std::unexpected(stored.error());
    if (stored->outpoint != tx.inputs[i].outpoint) {
      return Verdict(contracts::fail(ErrorCode::outpoint_mismatch, i));
    }
    resolved.inputs.push_back(&outputs.emplace_back(std::move(*stored)).output);
  }
  const auto active_ms =
      head_.active_ms + std::min(time_ms - head_.time_ms, contracts::kActiveStepMsMax);
  auto verdict = verify(resolved, registry, {head_.height + 1, time_ms, active_ms, head_hash_});
  if (registry.fault()) return std::unexpected(*registry.fault());
  return verdict;
}

Faulty<std::optional<contracts::PublicKey>> Ledger::answering(
    const contracts::PublicKey& key) const {
  const ReadThrough registry(registries_);
  const auto member = contracts::answering_member(registry, key);
  if (registry.fault()) return std::unexpected(*registry.fault());
  if (!member) return std::optional<contracts::PublicKey>{};
  return (*member)->key;
}

}  // namespace tally::ledger
