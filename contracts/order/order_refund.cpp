#include "contracts/order/order_refund.hpp"

#include "contracts/order/order_step.hpp"

namespace tally::contracts {
namespace {

// Who gets the bond, if those who signed may refund the order in its state.
Result<OrderParty> bond_to(const RuleInput& input, const OrderStep& step) {
  const bool buyer = input.signed_by(step.order.buyer);
  const bool seller = input.signed_by(step.order.terms.seller);
  const auto refuse = [&]() -> std::unexpected<Error> {
    if (!buyer && !seller) return fail(ErrorCode::order_party, step.index);
    return fail(ErrorCode::signature_missing, step.index, 1);
  };
  switch (step.order.state) {
    case OrderState::funded:
      if (!buyer && !seller) return refuse();
      return OrderParty::seller;
    case OrderState::accepted:
      if (!seller) return refuse();
      return buyer ? OrderParty::seller : OrderParty::buyer;
    case OrderState::shipped:
    case OrderState::delivered:
      if (!seller) return refuse();
      return OrderParty::seller;
    case OrderState::disputed:
      if (!buyer || !seller) return refuse();
      return OrderParty::seller;
    case OrderState::offered:
    case OrderState::released:
    case OrderState::refunded:
    case OrderState::withdrawn:
    case OrderState::expired:
    case OrderState::split:
      break;
  }
  return fail(ErrorCode::order_state, step.index);
}

}  // namespace

Result<Delta> apply(const RuleInput& input, const OrderRefund& /*command*/) {
  const auto step = only_order(input);
  if (!step) return std::unexpected(step.error());
  const auto to = bond_to(input, *step);
  if (!to) return std::unexpected(to.error());
  return settle(input, *step, refund_outcome(step->order, *to));
}

}  // namespace tally::contracts
