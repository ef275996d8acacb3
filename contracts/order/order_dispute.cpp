#include "contracts/order/order_dispute.hpp"

#include "contracts/order/authenticity.hpp"
#include "contracts/order/order_step.hpp"

namespace tally::contracts {

Result<Delta> apply(const RuleInput& input, const OrderDispute& /*command*/) {
  const auto step = only_order(input);
  if (!step) return std::unexpected(step.error());
  const auto& order = step->order;
  if (order.state != OrderState::delivered) return fail(ErrorCode::order_state, step->index);
  if (!input.signed_by(order.buyer) && !input.signed_by(order.terms.seller)) {
    return fail(ErrorCode::order_party, step->index);
  }
  if (check_authenticity(order.terms, input.registry, input.block.time_ms)) {
    return fail(ErrorCode::order_policy_holds, step->index);
  }
  return settle(input, *step, step_outcome(disputed_order(order)));
}

}  // namespace tally::contracts
