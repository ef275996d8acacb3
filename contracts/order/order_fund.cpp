#include "contracts/order/order_fund.hpp"

#include <algorithm>

#include "contracts/asset/coins.hpp"
#include "contracts/limits.hpp"
#include "contracts/order/authenticity.hpp"
#include "contracts/order/order_step.hpp"

namespace tally::contracts {
namespace {

// The order and at least one coin in; the order, then change out.
Result<void> check_claims(const RuleInput& input) {
  if (input.inputs.size() < 2) return fail(ErrorCode::claim_count, 0, 2);
  if (input.outputs.empty()) return fail(ErrorCode::claim_count, 0, 1);
  for (const auto& claimed : input.inputs) {
    const bool first = &claimed == &input.inputs.front();
    if (first ? !std::holds_alternative<Order>(*claimed.output)
              : !std::holds_alternative<Coin>(*claimed.output)) {
      return fail(ErrorCode::claim_type, claimed.index);
    }
  }
  for (const auto& claimed : input.outputs) {
    const bool first = &claimed == &input.outputs.front();
    if (first ? !std::holds_alternative<Order>(*claimed.output)
              : !std::holds_alternative<Coin>(*claimed.output)) {
      return fail(ErrorCode::claim_type, claimed.index);
    }
  }
  return {};
}

Result<void> check_buyer(const OrderTerms& terms, const PublicKey& buyer) {
  if (buyer == terms.seller) return fail(ErrorCode::order_self);
  if (terms.named_buyer && *terms.named_buyer != buyer) return fail(ErrorCode::order_named_buyer);
  return {};
}

// Whether an IOU counts for its face value at this time.
bool acceptable(const AssetEntry& asset, const PublicKey& seller, std::uint64_t time_ms) {
  if (asset.issuer == seller) return true;
  switch (iou_status(*asset.terms, time_ms)) {
    case IouStatus::current:
    case IouStatus::due:
    case IouStatus::grace:
      return true;
    case IouStatus::late_30:
    case IouStatus::late_60:
    case IouStatus::late_90:
    case IouStatus::defaulted:
      return false;
  }
  return false;
}

Result<void> check_holdings(const RuleInput& input, const OrderTerms& terms,
                            const std::vector<Holding>& payment) {
  if (payment.size() > kOrderHoldingsMax) {
    return fail(ErrorCode::order_too_many_holdings, kOrderHoldingsMax, kOrderHoldingsMax);
  }
  for (std::size_t i = 0; i < payment.size(); ++i) {
    const auto& asset = payment[i].asset;
    if (payment[i].amount == 0) return fail(ErrorCode::amount_zero, i);
    if (i > 0 && !(payment[i - 1].asset < asset)) return fail(ErrorCode::field_value, i);
    if (asset == terms.price_asset) continue;
    const auto* entry = input.registry.get<AssetEntry>(asset_key(asset));
    if (std::ranges::find(terms.accepted_ious, asset) == terms.accepted_ious.end() ||
        entry == nullptr || !entry->terms) {
      return fail(ErrorCode::order_asset_not_accepted, i);
    }
    if (!acceptable(*entry, terms.seller, input.block.time_ms)) {
      return fail(ErrorCode::order_iou_not_accepted, i);
    }
  }
  return {};
}

// The payment covers the price, and can be taken apart in whole units.
Result<void> check_sum(const RuleInput& input, const OrderTerms& terms,
                       const std::vector<Holding>& payment) {
  Uint128 sum = 0;
  for (const auto& holding : payment) sum += holding.amount;
  const auto price = order_price(terms).value_or(0);
  if (sum < price) {
    return fail(ErrorCode::order_not_enough, 0, price - static_cast<std::uint64_t>(sum));
  }
  const auto facts = asset_facts(terms.seller, payment, input.registry);
  const auto parts = price_parts(terms, payment, facts);
  for (std::size_t i = 0; i < payment.size(); ++i) {
    const auto unit = facts[i].minimum_unit;
    if (payment[i].amount % unit != 0 || parts[i] % unit != 0) {
      return fail(ErrorCode::below_minimum_unit, i, unit);
    }
  }
  return {};
}

// The coins' writes: what delegations were used.
Result<Delta> enter_payment(const RuleInput& input, const OrderTerms& terms,
                            const std::vector<Holding>& payment) {
  Delta delta;
  const auto entering = check_coins_enter(input, terms.seller, OrderFund::kNumber, delta);
  if (!entering) return std::unexpected(entering.error());
  if (*entering != payment) return fail(ErrorCode::not_conserved, input.inputs[1].index);
  return delta;
}

}  // namespace

Result<Delta> apply(const RuleInput& input, const OrderFund& command) {
  if (auto ok = check_claims(input); !ok) return std::unexpected(ok.error());
  if (!input.signed_by(command.buyer)) return fail(ErrorCode::signature_missing);
  const auto step = first_order(input);
  if (!step) return std::unexpected(step.error());
  const auto& order = step->order;
  if (order.state != OrderState::offered) return fail(ErrorCode::order_state, step->index);
  if (auto ok = before_deadline(input, *step); !ok) return std::unexpected(ok.error());
  if (auto ok = check_buyer(order.terms, command.buyer); !ok) return std::unexpected(ok.error());
  if (auto ok = check_holdings(input, order.terms, command.payment); !ok) {
    return std::unexpected(ok.error());
  }
  if (auto ok = check_sum(input, order.terms, command.payment); !ok) {
    return std::unexpected(ok.error());
  }
  auto payment = enter_payment(input, order.terms, command.payment);
  if (!payment) return payment;
  if (auto ok = check_authenticity(order.terms, input.registry, input.block.time_ms); !ok) {
    return std::unexpected(ok.error());
  }

  const auto outcome = step_outcome(funded_order(order, command.buyer, command.payment,
                                                 reserves_loyalty(order.terms, input.registry)));
  if (auto ok = expect_outputs(std::span(input.outputs).first(1), outcome.outputs); !ok) {
    return std::unexpected(ok.error());
  }
  auto delta = outcome_writes(input, &order, step->entry, outcome, false);
  std::ranges::move(payment->writes, std::back_inserter(delta.writes));
  return delta;
}

}  // namespace tally::contracts
