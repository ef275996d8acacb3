// order_withdraw: the seller takes back an offer that nobody has funded.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Claims in: the Order, offered. Claims out: exactly withdraw_outcome (order_flow.hpp).
///
/// Writes the order's entry.
///
/// Errors in precedence order: claim_count, claim_type; order_unknown, order_state; order_party
/// (the seller has not signed); order_outputs_mismatch.
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const OrderWithdraw& command);

}  // namespace tally::contracts
