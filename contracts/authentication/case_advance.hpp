// case_advance: anyone carries a case on when its time has come; the node's keeper does.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Needs no signature. Claims the coins that the case pays out (case_flow.hpp), nothing else. Every
/// state lasts until its deadline; that of an open or challenged case is behind the block that made
/// it so, so that nobody knows the seed of the drawing then.
///
/// Errors in precedence order: claim_count (an input), case_unknown, case_state (it is in another
/// than `from`, or closed; figure: its state), case_deadline_open (figure: the deadline in active
/// time), case_outputs_mismatch (index: the first output that differs or is too many, else one past
/// the last claimed; figure: how many there are to be).
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const CaseAdvance& command);

}  // namespace tally::contracts
