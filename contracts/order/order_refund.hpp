// order_refund: everything goes back to where it came from.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Claims in: the Order. Claims out: exactly refund_outcome (order_flow.hpp). Who must sign:
///
///     funded                either party
///     accepted, shipped     the seller, and the bond is then the buyer's; or both
///     delivered             the seller
///     disputed              both
///
/// refund_bond_to() says why.
///
/// Writes the order's entry, and the loyalty asset's if a reserve falls away.
///
/// Errors in precedence order: claim_count, claim_type; order_unknown, order_state; order_party
/// (neither party has signed), signature_missing (the one who must has not; figure: 1);
/// order_outputs_mismatch.
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const OrderRefund& command);

}  // namespace tally::contracts
