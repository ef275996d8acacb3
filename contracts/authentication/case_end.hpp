// The end of a case: who is paid what (case_flow.hpp has the rules), and what goes on record.
#pragma once

#include "contracts/authentication/case_flow.hpp"

namespace tally::contracts {

/// Closes a case whose verdict, if it has one, is set. Appends to the outcome: the case, its panel,
/// the requester's entry, the judges' records, the payouts. Errors: internal_error
/// (advance_case()).
[[nodiscard]] Result<void> close_case(const Registry& registry, const CaseId& id, CaseEntry entry,
                                      const BlockContext& block, CaseOutcome& out);

}  // namespace tally::contracts
