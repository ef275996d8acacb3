// order_release: items to the buyer, price to the seller.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Claims in: the Order, delivered and signed by the buyer, or disputed and signed by both parties.
/// Claims out: exactly release_outcome (order_flow.hpp). What both agree on in a dispute is not
/// held up by the authenticity policy; without a dispute the policy must hold, and if it does not,
/// the way on is order_dispute or the timeout.
///
/// Writes the order's entry, the seller's own IOUs (burned), the loyalty asset (minted), and the
/// items (one more owner each).
///
/// Errors in precedence order: claim_count, claim_type; order_unknown, order_state; order_party
/// (nobody who must has signed), signature_missing (the other of both; figure: 1); the errors of
/// check_authenticity (authenticity.hpp); order_outputs_mismatch.
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const OrderRelease& command);

}  // namespace tally::contracts
