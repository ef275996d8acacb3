// An accreditation ends.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// `command.key` has `command.role` no longer from this block on. Verdicts given and members
/// enrolled before stand. Authority: a quorum of the operators. Claims nothing. Writes the
/// accreditation.
///
/// Errors in precedence order: claim_count, quorum_missing (figure: signatures missing),
/// accreditation_unknown (or revoked already).
Result<Delta> apply(const RuleInput& input, const AccreditationRevoke& command);

}  // namespace tally::contracts
