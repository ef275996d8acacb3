// What the rules of governance share: the operators' authority, and the memberships that come with
// it.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// The command claims nothing and a quorum of the operators signed: claim_count, quorum_missing.
[[nodiscard]] Result<void> check_governance(const RuleInput& input);

/// A key that is given a part on the network is not zero, or invalid_key with `index`. Zero stands
/// for nobody in the registries. Whether it is on the curve is found out when it signs.
[[nodiscard]] Result<void> check_named_key(const PublicKey& key, std::size_t index = 0);

/// The quorum is more than half of the operators and not more than all, or quorum_invalid (figure:
/// how many operators): two quorums always share an operator, so they cannot decide against each
/// other.
[[nodiscard]] Result<void> check_quorum(std::uint32_t quorum, std::size_t operators);

/// Makes `key` a member in its own right from this block on, unless it is one.
void ensure_member(const RuleInput& input, const PublicKey& key, Delta& delta);

/// The network's entry; it exists from genesis on.
[[nodiscard]] const NetworkEntry& network_of(const RuleInput& input);

}  // namespace tally::contracts
