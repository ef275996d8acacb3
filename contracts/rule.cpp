#include "contracts/rule.hpp"

#include <algorithm>
#include <ranges>

namespace tally::contracts {

bool RuleInput::signed_by(const PublicKey& key) const {
  return std::ranges::find(transaction.signers, key) != transaction.signers.end();
}

Result<void> RuleInput::signed_by_quorum() const {
  const auto* network = registry.get<NetworkEntry>(network_key());
  if (network == nullptr) return fail(ErrorCode::quorum_missing);
  const auto count = static_cast<std::uint32_t>(
      std::ranges::count_if(network->operators, [&](const auto& key) { return signed_by(key); }));
  if (count < network->quorum) return fail(ErrorCode::quorum_missing, 0, network->quorum - count);
  return {};
}

Result<void> RuleInput::open(const ClaimedInput& claimed, const Lock& lock) const {
  return open_lock(lock, {transaction.signers, claimed.input->preimage, block.time_ms},
                   claimed.index);
}

const RegistryEntry* RegistryOverlay::find(const RegistryKey& key) const {
  if (const auto found = places_.find(key); found != places_.end()) {
    return &writes_[found->second].entry;
  }
  return base_.find(key);
}

void RegistryOverlay::put(RegistryWrite write) {
  const auto [place, fresh] = places_.try_emplace(write.key, writes_.size());
  if (fresh) {
    writes_.push_back(std::move(write));
  } else {
    writes_[place->second].entry = std::move(write.entry);
  }
}

Result<void> expect_counts(const RuleInput& input, std::size_t inputs, std::size_t outputs) {
  if (input.inputs.size() != inputs) {
    return fail(ErrorCode::claim_count, input.inputs.empty() ? 0 : input.inputs.front().index,
                inputs);
  }
  if (input.outputs.size() != outputs) {
    return fail(ErrorCode::claim_count, input.outputs.empty() ? 0 : input.outputs.front().index,
                outputs);
  }
  return {};
}

}  // namespace tally::contracts
