// order_fund: a buyer pays into an order that is on offer.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Claims in: the Order, then the buyer's coins. Claims out: the Order with the payment in it
/// (order_flow.hpp, `funded_order`), then the change of the coins, under any locks: for each asset
/// the coins in are the payment and the coins out. At once accepted if the terms say so.
///
/// The payment is in the price's asset and in IOUs that the seller accepts, each for its face
/// value; what exceeds the price comes back in kind at the end. An IOU of somebody else must be
/// current, due or in grace; the seller's own is taken however late it is, since it is the seller
/// who owes it.
///
/// Writes the order's entry: funded (or accepted), and the loyalty asset's if loyalty is reserved.
///
/// Errors in precedence order: claim_count, claim_type; signature_missing (the buyer's);
/// order_unknown, order_state; order_deadline_passed (figure: the deadline); order_self;
/// order_named_buyer; order_too_many_holdings; for each holding in turn, with its index in the
/// payment, amount_zero, field_value (not ascending), order_asset_not_accepted,
/// order_iou_not_accepted; order_not_enough (figure: what is missing); below_minimum_unit (a
/// holding, or its part of the price); of the coins what check_entry (asset/coins.hpp) gives; the
/// errors of check_authenticity (authenticity.hpp); order_outputs_mismatch.
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const OrderFund& command);

}  // namespace tally::contracts
