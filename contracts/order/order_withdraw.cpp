#include "contracts/order/order_withdraw.hpp"

#include "contracts/order/order_step.hpp"

namespace tally::contracts {

Result<Delta> apply(const RuleInput& input, const OrderWithdraw& /*command*/) {
  const auto step = only_order(input);
  if (!step) return std::unexpected(step.error());
  const auto& order = step->order;
  if (order.state != OrderState::offered) return fail(ErrorCode::order_state, step->index);
  if (!input.signed_by(order.terms.seller)) return fail(ErrorCode::order_party, step->index);
  return settle(input, *step, withdraw_outcome(order));
}

}  // namespace tally::contracts
