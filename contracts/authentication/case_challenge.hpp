// case_challenge: a member doubts a verdict, at its own risk.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Claims coins of which exactly the challenge bond stays. A second panel, of none who sat on the
/// first, is drawn in a later block and judges anew. Writes the case and the delegations used. The
/// second panel's verdict cannot be challenged.
///
/// Errors in precedence order: claim_count (no coin goes in), claim_type, signature_missing (the
/// challenger's), member_unknown, case_unknown, case_state, case_deadline_passed,
/// case_price (figure: the bond); those of check_coins_enter(), not_conserved (figure: the bond).
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const CaseChallenge& command);

}  // namespace tally::contracts
