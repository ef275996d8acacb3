#include "contracts/governance/quorum.hpp"

#include "base/check.hpp"

namespace tally::contracts {

Result<void> check_governance(const RuleInput& input) {
  if (auto ok = expect_counts(input, 0, 0); !ok) return ok;
  return input.signed_by_quorum();
}

Result<void> check_named_key(const PublicKey& key, std::size_t index) {
  if (key.is_zero()) return fail(ErrorCode::invalid_key, index);
  return {};
}

Result<void> check_quorum(std::uint32_t quorum, std::size_t operators) {
  if (quorum > operators || quorum <= operators / 2) {
    return fail(ErrorCode::quorum_invalid, 0, operators);
  }
  return {};
}

void ensure_member(const RuleInput& input, const PublicKey& key, Delta& delta) {
  const auto at = member_key(key);
  const auto* member = input.registry.get<MemberEntry>(at);
  if (member != nullptr && member->revoked_ms == 0 && !member->agent) return;
  delta.writes.push_back({at, MemberEntry{key, std::nullopt, input.block.time_ms, 0}});
}

const NetworkEntry& network_of(const RuleInput& input) {
  const auto* network = input.registry.get<NetworkEntry>(network_key());
  CHECK(network != nullptr);
  return *network;
}

}  // namespace tally::contracts
