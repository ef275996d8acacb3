// order_ship: the seller says that it has handed the goods over to be carried.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Claims in: the Order, accepted. Claims out: the Order, shipped, with the command's tracking
/// hash.
///
/// Writes the order's entry.
///
/// Errors in precedence order: claim_count, claim_type; order_unknown, order_state; order_party
/// (the seller has not signed); order_deadline_passed (figure: the deadline);
/// order_outputs_mismatch.
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const OrderShip& command);

}  // namespace tally::contracts
