// order_offer: the seller locks its items, and a bond, in an order under terms.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Claims in: the Item of each line, in the lines' order; then, if the terms have a bond, coins of
/// the price's asset. Claims out: the Order (order_flow.hpp, `offered_order`), whose id is
/// order_id(outpoint of the first claimed input); then the change of the coins, under any locks.
///
/// Writes the order's entry: offered, its deadline `offer_ms` of active time from here.
///
/// Errors in precedence order: claim_count, claim_type (index: the input or output);
/// signature_missing (the seller's); order_terms_invalid (order_terms.hpp); for each line in turn,
/// with the input's index, item_mismatch, the lock's own errors, item_unknown, item_flagged; then
/// of the bond's coins what check_entry (asset/coins.hpp) gives; order_outputs_mismatch.
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const OrderOffer& command);

}  // namespace tally::contracts
