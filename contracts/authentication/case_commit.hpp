// case_commit: a judge commits to its verdict before it can know anybody else's.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Claims nothing; the judge itself signs. Writes the case; when every judge has committed, they
/// reveal at once.
///
/// Errors in precedence order: claim_count, signature_missing, case_unknown, case_state (figure:
/// the state), case_deadline_passed (figure: the deadline), case_not_judge, case_said_already,
/// field_value (the commitment is zero).
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const CaseCommit& command);

}  // namespace tally::contracts
