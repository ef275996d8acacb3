// order_accept: the seller takes the buyer's payment on and binds itself to ship.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Claims in: the Order, funded. Claims out: the Order, accepted; with its loyalty reserved if the
/// reward still fits into the maximum supply. That it does not fit is no error: the order then says
/// so.
///
/// Writes the order's entry, and the loyalty asset's if loyalty is reserved.
///
/// Errors in precedence order: claim_count, claim_type; order_unknown, order_state; order_party
/// (the seller has not signed); order_deadline_passed (figure: the deadline);
/// order_outputs_mismatch.
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const OrderAccept& command);

}  // namespace tally::contracts
