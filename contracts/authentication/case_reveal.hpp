// case_reveal: a judge shows what it has committed to.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Claims nothing; the judge itself signs. Writes the case; when every judge that has committed has
/// revealed, it is decided in a later block.
///
/// Errors in precedence order: claim_count, field_value (the confidence exceeds kBasisPoints),
/// signature_missing, case_unknown, case_state (figure: the state), case_deadline_passed (figure:
/// the deadline), case_not_judge, case_said_already, case_commitment_wrong.
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const CaseReveal& command);

}  // namespace tally::contracts
