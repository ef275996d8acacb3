#include "contracts/order/order_refund.hpp"

#include "contracts/order/order_step.hpp"

namespace tally::contracts {
namespace {

// Whether those who signed may refund the order in its state.
Result<void> check_signers(const OrderStep& step, bool buyer, bool seller) {
  switch (step.order.state) {
    case OrderState::funded:
      if (buyer || seller) return {};
      break;
    case OrderState::accepted:
    case OrderState::shipped:
    case OrderState::delivered:
      if (seller) return {};
      break;
    case OrderState::disputed:
      if (buyer && seller) return {};
      break;
    case OrderState::offered:
    case OrderState::released:
    case OrderState::refunded:
    case OrderState::withdrawn:
    case OrderState::expired:
    case OrderState::split:
      return fail(ErrorCode::order_state, step.index);
  }
  if (!buyer && !seller) return fail(ErrorCode::order_party, step.index);
  return fail(ErrorCode::signature_missing, step.index, 1);
}

}  // namespace

Result<Delta> apply(const RuleInput& input, const OrderRefund& /*command*/) {
  const auto step = only_order(input);
  if (!step) return std::unexpected(step.error());
  const bool buyer = input.signed_by(step->order.buyer);
  const bool seller = input.signed_by(step->order.terms.seller);
  if (auto ok = check_signers(*step, buyer, seller); !ok) return std::unexpected(ok.error());
  const auto bond_to = refund_bond_to(step->order.state, buyer);
  return settle(input, *step, refund_outcome(step->order, bond_to));
}

}  // namespace tally::contracts
