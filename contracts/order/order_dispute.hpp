// order_dispute: a party says that what was delivered no longer meets the authenticity policy.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Claims in: the Order, delivered. Claims out: the Order, disputed.
///
/// Writes the order's entry.
///
/// Errors in precedence order: claim_count, claim_type; order_unknown, order_state; order_party
/// (neither party has signed); order_policy_holds; order_outputs_mismatch.
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const OrderDispute& command);

}  // namespace tally::contracts
