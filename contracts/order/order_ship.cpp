#include "contracts/order/order_ship.hpp"

#include "contracts/order/order_step.hpp"

namespace tally::contracts {

Result<Delta> apply(const RuleInput& input, const OrderShip& command) {
  const auto step = only_order(input);
  if (!step) return std::unexpected(step.error());
  const auto& order = step->order;
  if (order.state != OrderState::accepted) return fail(ErrorCode::order_state, step->index);
  if (!input.signed_by(order.terms.seller)) return fail(ErrorCode::order_party, step->index);
  if (auto ok = before_deadline(input, *step); !ok) return std::unexpected(ok.error());
  return settle(input, *step, step_outcome(shipped_order(order, command.tracking_hash)));
}

}  // namespace tally::contracts
