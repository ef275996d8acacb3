// A membership ends.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// `command.key` is no member from this block on; what it did before stands. Authority: a quorum of
/// the operators. Claims nothing. Writes the member's entry.
///
/// Errors in precedence order: claim_count, quorum_missing (figure: signatures missing),
/// member_unknown (or revoked already).
Result<Delta> apply(const RuleInput& input, const MemberRevoke& command);

}  // namespace tally::contracts
