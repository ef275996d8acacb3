// order_deliver: the goods have arrived, says the buyer or the accredited carrier of the terms.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Claims in: the Order, shipped. Claims out: the Order, delivered.
///
/// Writes the order's entry.
///
/// Errors in precedence order: claim_count, claim_type; order_unknown, order_state; order_party
/// (neither the buyer nor the carrier has signed), not_accredited (the carrier alone has, and is
/// not one now); order_deadline_passed (figure: the deadline); order_outputs_mismatch.
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const OrderDeliver& command);

}  // namespace tally::contracts
