// delegation_grant: a principal gives an agent key named powers, with limits and an end.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Claims nothing. The principal itself signs and is a member. The powers: 1 …
/// kDelegationCommandsMax known commands, strictly ascending; at most kDelegationPrefixesMax
/// prefixes of kPrefixDigitsMin … kPrefixDigitsMax digits, strictly ascending; at most
/// kDelegationPlacesMax places, strictly ascending; a sum if and only if there is an asset;
/// `until_ms` in (time, time + kDelegationMsMax]. A delegation that has expired or was revoked is
/// replaced, its totals begin at 0 again.
///
/// Writes the delegation's entry; then, if the agent was never a member, its membership as an agent
/// of the principal (of the principal's own sponsor, if that is an agent itself): what the agent
/// submits is charged to it, and ends with it (membership.hpp).
///
/// Errors in precedence order: claim_count; delegation_invalid (the powers, or agent and principal
/// are one key); signature_missing (the principal's); member_unknown (the principal: never a
/// member, or revoked, or an agent of one that was); delegation_exists (a live one).
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const DelegationGrant& command);

}  // namespace tally::contracts
