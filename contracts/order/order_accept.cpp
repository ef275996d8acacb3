#include "contracts/order/order_accept.hpp"

#include "contracts/order/order_step.hpp"

namespace tally::contracts {

Result<Delta> apply(const RuleInput& input, const OrderAccept& /*command*/) {
  const auto step = only_order(input);
  if (!step) return std::unexpected(step.error());
  const auto& order = step->order;
  if (order.state != OrderState::funded) return fail(ErrorCode::order_state, step->index);
  if (!input.signed_by(order.terms.seller)) return fail(ErrorCode::order_party, step->index);
  if (auto ok = before_deadline(input, *step); !ok) return std::unexpected(ok.error());
  const bool reserve = reserves_loyalty(order.terms, input.registry);
  return settle(input, *step, step_outcome(accepted_order(order, reserve)));
}

}  // namespace tally::contracts
