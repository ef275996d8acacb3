// delegation_revoke: a principal takes its delegation back, from this block on.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Claims nothing. The principal itself signs.
///
/// Writes the delegation's entry with the block's time as its end. A membership that came with it
/// stays: the agent can act for the principal no more, and the operators can revoke it.
///
/// Errors in precedence order: claim_count; signature_missing (the principal's); delegation_unknown
/// (none, or revoked before).
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const DelegationRevoke& command);

}  // namespace tally::contracts
