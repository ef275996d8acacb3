// order_timeout: the deadline of the present state has passed, and anyone says so. With it every
// order ends in bounded time with no one's further signature.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Claims in: the Order, in any state. Claims out: exactly timeout_outcome (order_flow.hpp). Nobody
/// need sign, and no freeze, flag or policy can refuse it: a policy that no longer holds leads to a
/// dispute, whose own timeout splits.
///
/// Writes the order's entry, and what the outcome changes of assets and items.
///
/// Errors in precedence order: claim_count, claim_type; order_unknown, order_state (it has ended);
/// order_deadline_open (figure: the deadline, in active time); order_outputs_mismatch.
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const OrderTimeout& command);

}  // namespace tally::contracts
