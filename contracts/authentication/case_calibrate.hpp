// case_calibrate: the sealed answer of a blind control case is opened.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Claims nothing. The case is closed, the answer opens what was sealed when it was opened, and an
/// accredited registrar or a quorum of the operators signs: nobody can make a control of a case
/// that was none, and no member of its own. Every judge that gave a verdict, of both panels, gains
/// or loses by it; `inconclusive` counts as neither. Writes the case and the judges' records.
///
/// Errors in precedence order: claim_count, quorum_missing (nor a registrar; figure: signatures
/// missing), case_unknown, case_state (not closed; figure: the state), case_said_already,
/// case_commitment_wrong.
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const CaseCalibrate& command);

}  // namespace tally::contracts
