#include "contracts/order/order_deliver.hpp"

#include "contracts/order/order_step.hpp"

namespace tally::contracts {
namespace {

Result<void> check_signer(const RuleInput& input, const OrderStep& step) {
  if (input.signed_by(step.order.buyer)) return {};
  const auto& carrier = step.order.terms.carrier;
  if (!carrier || !input.signed_by(*carrier)) return fail(ErrorCode::order_party, step.index);
  const auto* entry =
      input.registry.get<AccreditationEntry>(accreditation_key(*carrier, Role::carrier));
  if (entry == nullptr || entry->revoked_ms != 0) {
    return fail(ErrorCode::not_accredited, step.index);
  }
  return {};
}

}  // namespace

Result<Delta> apply(const RuleInput& input, const OrderDeliver& /*command*/) {
  const auto step = only_order(input);
  if (!step) return std::unexpected(step.error());
  if (step->order.state != OrderState::shipped) return fail(ErrorCode::order_state, step->index);
  if (auto ok = check_signer(input, *step); !ok) return std::unexpected(ok.error());
  if (auto ok = before_deadline(input, *step); !ok) return std::unexpected(ok.error());
  return settle(input, *step, step_outcome(delivered_order(step->order)));
}

}  // namespace tally::contracts
