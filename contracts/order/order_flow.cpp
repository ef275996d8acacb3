#include "contracts/order/order_flow.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "base/checked.hpp"
#include "contracts/limits.hpp"

namespace tally::contracts {
namespace {

Order in_state(const Order& order, OrderState state) {
  auto next = order;
  next.state = state;
  return next;
}

void give_items(OrderOutcome& outcome, const Order& order, const PublicKey& to) {
  for (const auto& line : order.terms.lines) {
    outcome.outputs.emplace_back(Item{line.gs1_key, KeyLock{to}});
  }
}

void give(OrderOutcome& outcome, const AssetId& asset, std::uint64_t amount, const PublicKey& to) {
  if (amount > 0) outcome.outputs.emplace_back(Coin{asset, amount, KeyLock{to}});
}

// The seller's part of the holdings, its own IOUs burned; then the bond; then the buyer's part,
// which is the rest of each holding.
void give_coins(OrderOutcome& outcome, const Order& order, const std::vector<AssetFacts>& facts,
                const std::vector<std::uint64_t>& sellers) {
  for (std::size_t i = 0; i < order.payment.size(); ++i) {
    const auto& asset = order.payment[i].asset;
    if (!facts[i].own_iou) {
      give(outcome, asset, sellers[i], order.terms.seller);
    } else if (sellers[i] > 0) {
      outcome.burned.push_back({asset, sellers[i]});
    }
  }
  give(outcome, order.terms.price_asset, order.terms.bond, order.terms.seller);
  for (std::size_t i = 0; i < order.payment.size(); ++i) {
    give(outcome, order.payment[i].asset, order.payment[i].amount - sellers[i], order.buyer);
  }
}

}  // namespace

std::vector<AssetFacts> asset_facts(const PublicKey& seller, const std::vector<Holding>& payment,
                                    const Registry& registry) {
  std::vector<AssetFacts> facts;
  facts.reserve(payment.size());
  for (const auto& holding : payment) {
    const auto* asset = registry.get<AssetEntry>(asset_key(holding.asset));
    if (asset == nullptr) {
      facts.emplace_back();
    } else {
      facts.push_back({.own_iou = asset->kind == AssetKind::iou && asset->issuer == seller,
                       .minimum_unit = std::max<std::uint64_t>(asset->policies.minimum_unit, 1)});
    }
  }
  return facts;
}

Order offered_order(const OrderTerms& terms, const Outpoint& first_input) {
  Order order;
  order.id = order_id(first_input);
  order.terms = terms;
  return order;
}

Order funded_order(const Order& order, const PublicKey& buyer, std::vector<Holding> payment,
                   bool reserve_loyalty) {
  auto next = in_state(order, OrderState::funded);
  next.buyer = buyer;
  next.payment = std::move(payment);
  return order.terms.accept_at_once ? accepted_order(next, reserve_loyalty) : next;
}

Order accepted_order(const Order& order, bool reserve_loyalty) {
  auto next = in_state(order, OrderState::accepted);
  next.loyalty_reserved = reserve_loyalty;
  return next;
}

Order shipped_order(const Order& order, const Hash32& tracking_hash) {
  auto next = in_state(order, OrderState::shipped);
  next.tracking_hash = tracking_hash;
  return next;
}

Order delivered_order(const Order& order) { return in_state(order, OrderState::delivered); }

Order disputed_order(const Order& order) { return in_state(order, OrderState::disputed); }

OrderOutcome step_outcome(Order next) {
  OrderOutcome outcome;
  outcome.state = next.state;
  outcome.outputs.emplace_back(std::move(next));
  return outcome;
}

bool reserves_loyalty(const OrderTerms& terms, const Registry& registry) {
  if (!terms.loyalty) return false;
  const auto* asset = registry.get<AssetEntry>(asset_key(terms.loyalty->asset));
  if (asset == nullptr || asset->issuer != terms.seller) return false;
  const auto fits = [&](std::uint64_t already, std::uint64_t limit) {
    return static_cast<Uint128>(already) + asset->reserved + terms.loyalty->amount <= limit;
  };
  // `issued` only grows; minting a reserve must never wrap it.
  return fits(asset->supply(), asset->policies.supply_max) && fits(asset->issued, UINT64_MAX);
}

std::uint64_t period_ms(const OrderTerms& terms, OrderState state) {
  switch (state) {
    case OrderState::offered:
      return terms.periods.offer_ms;
    case OrderState::funded:
      return terms.periods.accept_ms;
    case OrderState::accepted:
      return terms.periods.ship_ms;
    case OrderState::shipped:
      return terms.periods.transit_ms;
    case OrderState::delivered:
      return terms.periods.inspect_ms;
    case OrderState::disputed:
      return terms.periods.dispute_ms;
    case OrderState::released:
    case OrderState::refunded:
    case OrderState::withdrawn:
    case OrderState::expired:
    case OrderState::split:
      return 0;
  }
  return 0;
}

std::vector<std::uint64_t> price_parts(const OrderTerms& terms, const std::vector<Holding>& payment,
                                       const std::vector<AssetFacts>& facts) {
  CHECK(facts.size() == payment.size());
  std::vector<std::uint64_t> parts(payment.size(), 0);
  auto left = order_price(terms).value_or(0);  // Terms whose price overflows are never offered.
  const auto take = [&](const AssetId& asset, std::optional<bool> own_iou) {
    for (std::size_t i = 0; i < payment.size(); ++i) {
      if (payment[i].asset != asset || (own_iou && facts[i].own_iou != *own_iou)) continue;
      parts[i] = std::min(left, payment[i].amount);
      left -= parts[i];
    }
  };
  for (const bool own_iou : {true, false}) {
    for (const auto& asset : terms.accepted_ious) take(asset, own_iou);
  }
  take(terms.price_asset, std::nullopt);
  return parts;
}

OrderOutcome release_outcome(const Order& order, const std::vector<AssetFacts>& facts) {
  OrderOutcome outcome;
  outcome.state = OrderState::released;
  outcome.sold = true;
  give_items(outcome, order, order.buyer);
  give_coins(outcome, order, facts, price_parts(order.terms, order.payment, facts));
  if (order.loyalty_reserved) {
    outcome.minted = order.terms.loyalty;
    give(outcome, outcome.minted->asset, outcome.minted->amount, order.buyer);
  }
  return outcome;
}

OrderParty refund_bond_to(OrderState state, bool buyer_signs) {
  const bool owed = state == OrderState::accepted || state == OrderState::shipped;
  return owed && !buyer_signs ? OrderParty::buyer : OrderParty::seller;
}

OrderOutcome refund_outcome(const Order& order, OrderParty bond_to) {
  OrderOutcome outcome;
  outcome.state = OrderState::refunded;
  give_items(outcome, order, order.terms.seller);
  give(outcome, order.terms.price_asset, order.terms.bond,
       bond_to == OrderParty::seller ? order.terms.seller : order.buyer);
  for (const auto& holding : order.payment) {
    give(outcome, holding.asset, holding.amount, order.buyer);
  }
  return outcome;
}

OrderOutcome withdraw_outcome(const Order& order) {
  OrderOutcome outcome;
  outcome.state = OrderState::withdrawn;
  give_items(outcome, order, order.terms.seller);
  give(outcome, order.terms.price_asset, order.terms.bond, order.terms.seller);
  return outcome;
}

OrderOutcome split_outcome(const Order& order, const std::vector<AssetFacts>& facts) {
  OrderOutcome outcome;
  outcome.state = OrderState::split;
  outcome.sold = order.terms.dispute_buyer_bps < kBasisPoints;
  auto sellers = price_parts(order.terms, order.payment, facts);
  for (std::size_t i = 0; i < sellers.size(); ++i) {
    const auto buyers = static_cast<std::uint64_t>(static_cast<Uint128>(sellers[i]) *
                                                   order.terms.dispute_buyer_bps / kBasisPoints);
    sellers[i] -= buyers - buyers % facts[i].minimum_unit;
  }
  give_items(outcome, order, outcome.sold ? order.buyer : order.terms.seller);
  give_coins(outcome, order, facts, sellers);
  return outcome;
}

OrderOutcome timeout_outcome(const Order& order, bool policy_holds,
                             const std::vector<AssetFacts>& facts) {
  switch (order.state) {
    case OrderState::offered: {
      auto outcome = withdraw_outcome(order);
      outcome.state = OrderState::expired;
      return outcome;
    }
    case OrderState::funded:
    case OrderState::shipped:
      return refund_outcome(order, OrderParty::seller);
    case OrderState::accepted:
      return refund_outcome(order, OrderParty::buyer);
    case OrderState::delivered:
      return policy_holds ? release_outcome(order, facts) : step_outcome(disputed_order(order));
    case OrderState::disputed:
      return split_outcome(order, facts);
    case OrderState::released:
    case OrderState::refunded:
    case OrderState::withdrawn:
    case OrderState::expired:
    case OrderState::split:
      break;
  }
  CHECK(!ended(order.state));
  return {};
}

}  // namespace tally::contracts
