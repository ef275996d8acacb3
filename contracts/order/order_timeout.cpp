#include "contracts/order/order_timeout.hpp"

#include "contracts/order/authenticity.hpp"
#include "contracts/order/order_step.hpp"

namespace tally::contracts {

Result<Delta> apply(const RuleInput& input, const OrderTimeout& /*command*/) {
  const auto step = only_order(input);
  if (!step) return std::unexpected(step.error());
  const auto& order = step->order;
  if (ended(order.state)) return fail(ErrorCode::order_state, step->index);
  const auto deadline = step->entry.deadline_active_ms;
  if (input.block.active_ms < deadline) {
    return fail(ErrorCode::order_deadline_open, step->index, deadline);
  }
  const bool policy_holds =
      order.state == OrderState::delivered &&
      check_authenticity(order.terms, input.registry, input.block.time_ms).has_value();
  const auto facts = asset_facts(order.terms.seller, order.payment, input.registry);
  return settle(input, *step, timeout_outcome(order, policy_holds, facts), true);
}

}  // namespace tally::contracts
