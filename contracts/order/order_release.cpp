#include "contracts/order/order_release.hpp"

#include "contracts/order/authenticity.hpp"
#include "contracts/order/order_step.hpp"

namespace tally::contracts {
namespace {

Result<void> check_signers(const RuleInput& input, const OrderStep& step) {
  const bool buyer = input.signed_by(step.order.buyer);
  const bool seller = input.signed_by(step.order.terms.seller);
  if (step.order.state == OrderState::delivered) {
    if (!buyer) return fail(ErrorCode::order_party, step.index);
    return {};
  }
  if (!buyer && !seller) return fail(ErrorCode::order_party, step.index);
  if (!buyer || !seller) return fail(ErrorCode::signature_missing, step.index, 1);
  return {};
}

}  // namespace

Result<Delta> apply(const RuleInput& input, const OrderRelease& /*command*/) {
  const auto step = only_order(input);
  if (!step) return std::unexpected(step.error());
  const auto& order = step->order;
  if (order.state != OrderState::delivered && order.state != OrderState::disputed) {
    return fail(ErrorCode::order_state, step->index);
  }
  if (auto ok = check_signers(input, *step); !ok) return std::unexpected(ok.error());
  if (order.state == OrderState::delivered) {
    const auto holds = check_authenticity(order.terms, input.registry, input.block.time_ms);
    if (!holds) return std::unexpected(holds.error());
  }
  const auto facts = asset_facts(order.terms.seller, order.payment, input.registry);
  return settle(input, *step, release_outcome(order, facts));
}

}  // namespace tally::contracts
