// Orders by every path: which step comes next is chance. A part is in a hurry, with the shortest
// periods there are, and of those some are left to their deadlines: the node ends them.
#include <algorithm>
#include <map>

#include "fault/load/makers.hpp"

namespace tally::fault {
namespace {

using contracts::ErrorCode;
using contracts::Holding;
using contracts::Order;
using contracts::OrderState;

constexpr unsigned kHastyPct = 30;
constexpr std::uint64_t kPriceMax = 12;  // of a line
constexpr std::size_t kCoinsMax = 6;     // that pay for one order

std::optional<LiveOrder> take_order(World& world, OrderState state) {
  return world.take(world.orders, [&](const auto& live) { return live.in(state); });
}

bool challenged(World& world, const Order& order) {
  return std::ranges::any_of(order.terms.lines, [&](const auto& line) {
    return !world.known_items.at(line.gs1_key).free();
  });
}

const std::string& seller(const World& world, const Order& order) {
  return world.name(order.terms.seller);
}
const std::string& buyer(const World& world, const Order& order) { return world.name(order.buyer); }

// What asset_facts() would find in the registry.
std::vector<contracts::AssetFacts> facts(const World& world, const Order& order) {
  std::vector<contracts::AssetFacts> out;
  for (const auto& holding : order.payment) {
    const auto& asset = world.asset(holding.asset);
    out.push_back(
        {.own_iou = asset.kind == contracts::AssetKind::iou && asset.issuer == seller(world, order),
         .minimum_unit = 1});
  }
  return out;
}

// Spends the order; one that is in a hurry may be ended by its deadline before.
Plan step(const LiveOrder& live, std::vector<std::string> signers, contracts::CommandBody body) {
  auto plan = signed_plan(std::move(signers), std::move(body));
  plan.spend(live);
  if (live.order.terms.periods.offer_ms == contracts::kOrderStageMsMin) {
    plan.may_fail = {ErrorCode::already_spent, ErrorCode::order_deadline_passed};
  }
  return plan;
}

Plan step_to(const LiveOrder& live, std::vector<std::string> signers, contracts::CommandBody body,
             Order next) {
  auto plan = step(live, std::move(signers), std::move(body));
  plan.outputs.emplace_back(std::move(next));
  return plan;
}

Plan end(const LiveOrder& live, std::vector<std::string> signers, contracts::CommandBody body,
         contracts::OrderOutcome outcome) {
  auto plan = step(live, std::move(signers), std::move(body));
  plan.outputs = std::move(outcome.outputs);
  return plan;
}

// ---- The offer. ----

// Items of one owner that may be sold: what was admitted needs a verdict.
std::vector<HeldItem> take_goods(World& world) {
  std::vector<HeldItem> goods;
  const auto sellable = [&](const HeldItem& held) {
    const auto& known = world.known_items.at(held.gs1_key);
    return known.free() && (known.commissioned || known.genuine) &&
           (goods.empty() || held.opening.owner() == goods.front().opening.owner());
  };
  for (auto count = world.between(1, 3); count > 0; --count) {
    auto item = world.take(world.items, sellable);
    if (!item) break;
    goods.push_back(std::move(*item));
  }
  return goods;
}

contracts::OrderPeriods periods(bool hasty) {
  const auto each = hasty ? contracts::kOrderStageMsMin : contracts::kOrderStageMsMax;
  return {each, each, each, each, each, each};
}

void choose_people(World& world, const std::string& owner, contracts::OrderTerms& terms) {
  if (world.chance(20)) {
    if (const auto* named = world.other_trader(owner)) terms.named_buyer = world.key(*named);
  }
  if (!world.chance(40)) return;
  const auto* carrier = world.find(world.accredited, [&](const auto& known) {
    return known.role == contracts::Role::carrier && known.name != owner;
  });
  if (carrier != nullptr) terms.carrier = world.key(carrier->name);
}

void choose_assets(World& world, const std::string& owner, const KnownAsset& price,
                   contracts::OrderTerms& terms) {
  terms.price_asset = price.id;
  for (const auto& asset : world.assets) {
    if (asset.promised == price.id && terms.accepted_ious.size() < 3) {
      terms.accepted_ious.push_back(asset.id);
    }
  }
  const auto* loyalty = world.find(world.assets, [&](const auto& asset) {
    return asset.kind == contracts::AssetKind::loyalty && asset.issuer == owner && !asset.spare;
  });
  if (loyalty != nullptr && world.chance(60)) {
    terms.loyalty = contracts::LoyaltyReward{loyalty->id, world.between(1, 9)};
  }
}

contracts::OrderTerms make_terms(World& world, const std::vector<HeldItem>& goods,
                                 const KnownAsset& price) {
  const auto& owner = goods.front().opening.owner();
  contracts::OrderTerms terms;
  terms.seller = world.key(owner);
  for (const auto& item : goods) {
    const auto& known = world.known_items.at(item.gs1_key);
    terms.lines.push_back({item.gs1_key, world.between(1, kPriceMax), known.attributes});
    if (!known.commissioned) terms.policy.verdicts_min = 1;
  }
  if (terms.policy.verdicts_min > 0) terms.policy.verdict_days_max = 3'650;
  choose_people(world, owner, terms);
  choose_assets(world, owner, price, terms);
  terms.periods = periods(world.chance(kHastyPct));
  terms.accept_at_once = world.chance(30);
  terms.dispute_buyer_bps = static_cast<std::uint32_t>(world.below(contracts::kBasisPoints + 1));
  terms.terms_hash = world.hash("terms");
  return terms;
}

// The bond goes into the order; what is left of the coin comes back.
void lay_bond(World& world, Plan& plan, const HeldCoin& coin, contracts::OrderTerms& terms) {
  plan.spend(coin);
  terms.bond = world.between(1, std::min<std::uint64_t>(coin.amount, kPriceMax));
}

// ---- The payment. ----

struct Payment {
  std::vector<HeldCoin> coins;
  std::vector<Holding> holdings;  // ascending by asset
  std::vector<contracts::Output> change;
};

// A coin of one of the IOUs that the seller takes, as far as the price goes; then the price's
// asset, now and then more than it takes.
std::optional<Payment> pay(World& world, const std::string& owner,
                           const contracts::OrderTerms& terms) {
  Payment out;
  std::map<contracts::AssetId, std::uint64_t> paid;
  const auto own = [&](const HeldCoin& coin, const contracts::AssetId& asset) {
    return coin.plain && coin.asset == asset && coin.opening.owner() == owner;
  };
  const auto enter = [&](const HeldCoin& coin, std::uint64_t part) {
    paid[coin.asset] += part;
    if (part < coin.amount) {
      out.change.emplace_back(
          contracts::Coin{coin.asset, coin.amount - part, world.key_lock(owner)});
    }
    out.coins.push_back(coin);
  };
  auto left = *contracts::order_price(terms);
  for (const auto& iou : terms.accepted_ious) {
    const auto coin = world.take(world.coins, [&](const auto& held) { return own(held, iou); });
    if (!coin) continue;
    const auto part = std::min(left, coin->amount);
    enter(*coin, part);
    left -= part;
    break;
  }
  if (left > 0 && world.chance(30)) left += world.between(1, 3);
  while (left > 0 && out.coins.size() < kCoinsMax) {
    const auto coin =
        world.take(world.coins, [&](const auto& held) { return own(held, terms.price_asset); });
    if (!coin) break;
    const auto part = std::min(left, coin->amount);
    enter(*coin, part);
    left -= part;
  }
  if (left > 0) {
    for (auto& coin : out.coins) world.coins.push_back(std::move(coin));
    return std::nullopt;
  }
  for (const auto& [asset, amount] : paid) out.holdings.push_back({asset, amount});
  return out;
}

std::vector<std::string> both(const World& world, const Order& order) {
  return {buyer(world, order), seller(world, order)};
}

}  // namespace

MaybePlan make_order_offer(World& world) {
  const auto* price = world.find(world.assets, [](const auto& known) {
    return known.kind == contracts::AssetKind::payment && !known.spare;
  });
  if (price == nullptr) return std::nullopt;
  const auto goods = take_goods(world);
  if (goods.empty()) return std::nullopt;
  auto terms = make_terms(world, goods, *price);
  Plan plan;
  for (const auto& item : goods) plan.spend(item);
  std::optional<HeldCoin> coin;
  if (world.chance(30)) {
    coin = world.take(world.coins, [&](const auto& held) {
      return held.plain && held.asset == price->id &&
             held.opening.owner() == goods.front().opening.owner();
    });
  }
  if (coin) lay_bond(world, plan, *coin, terms);
  plan.outputs.emplace_back(contracts::offered_order(terms, plan.inputs.front().outpoint));
  if (coin && coin->amount > terms.bond) {
    plan.outputs.emplace_back(contracts::Coin{coin->asset, coin->amount - terms.bond,
                                              world.key_lock(coin->opening.owner())});
  }
  plan.body = contracts::OrderOffer{std::move(terms)};
  return plan;
}

MaybePlan make_order_fund(World& world) {
  auto live = take_order(world, OrderState::offered);
  if (!live) return std::nullopt;
  const auto& terms = live->order.terms;
  const auto* name = terms.named_buyer ? &world.name(*terms.named_buyer)
                                       : world.other_trader(seller(world, live->order));
  auto payment = name == nullptr ? std::nullopt : pay(world, *name, terms);
  if (!payment) {
    world.orders.push_back(std::move(*live));
    return std::nullopt;
  }
  const auto& key = world.key(*name);
  auto plan = step_to(
      *live, {*name}, contracts::OrderFund{key, payment->holdings},
      contracts::funded_order(live->order, key, payment->holdings, terms.loyalty.has_value()));
  for (const auto& coin : payment->coins) plan.spend(coin);
  std::ranges::move(payment->change, std::back_inserter(plan.outputs));
  return plan;
}

MaybePlan make_order_accept(World& world) {
  const auto live = take_order(world, OrderState::funded);
  if (!live) return std::nullopt;
  return step_to(*live, {seller(world, live->order)}, contracts::OrderAccept{},
                 contracts::accepted_order(live->order, live->order.terms.loyalty.has_value()));
}

MaybePlan make_order_ship(World& world) {
  const auto live = take_order(world, OrderState::accepted);
  if (!live) return std::nullopt;
  const auto tracking = world.hash("parcel");
  return step_to(*live, {seller(world, live->order)}, contracts::OrderShip{tracking},
                 contracts::shipped_order(live->order, tracking));
}

MaybePlan make_order_deliver(World& world) {
  const auto live = take_order(world, OrderState::shipped);
  if (!live) return std::nullopt;
  const auto& carrier = live->order.terms.carrier;
  const auto& by = carrier && world.chance(70) ? world.name(*carrier) : buyer(world, live->order);
  return step_to(*live, {by}, contracts::OrderDeliver{}, contracts::delivered_order(live->order));
}

MaybePlan make_order_release(World& world) {
  const auto live = world.take(world.orders, [&](const auto& order) {
    return order.in(OrderState::disputed) ||
           (order.in(OrderState::delivered) && !challenged(world, order.order));
  });
  if (!live) return std::nullopt;
  const auto& order = live->order;
  auto signers =
      live->in(OrderState::disputed) ? both(world, order) : std::vector{buyer(world, order)};
  return end(*live, std::move(signers), contracts::OrderRelease{},
             contracts::release_outcome(order, facts(world, order)));
}

MaybePlan make_order_refund(World& world) {
  const auto live =
      world.take(world.orders, [](const auto& order) { return !order.in(OrderState::offered); });
  if (!live) return std::nullopt;
  const auto& order = live->order;
  std::vector<std::string> signers{seller(world, order)};
  if (live->in(OrderState::disputed) || world.chance(40)) signers = both(world, order);
  if (live->in(OrderState::funded) && world.chance(50)) signers = {buyer(world, order)};
  const auto bond_to = contracts::refund_bond_to(order.state, signers.size() == 2);
  return end(*live, std::move(signers), contracts::OrderRefund{},
             contracts::refund_outcome(order, bond_to));
}

MaybePlan make_order_withdraw(World& world) {
  const auto live = take_order(world, OrderState::offered);
  if (!live) return std::nullopt;
  return end(*live, {seller(world, live->order)}, contracts::OrderWithdraw{},
             contracts::withdraw_outcome(live->order));
}

MaybePlan make_order_timeout(World& world) {
  // Anyone may ask for it. Mostly it is too early, and when it is not the node has been faster.
  const auto live = world.take(world.abandoned);
  if (!live) return std::nullopt;
  auto outcome = contracts::timeout_outcome(live->order, !challenged(world, live->order),
                                            facts(world, live->order));
  auto plan = signed_plan({*world.find(world.traders)}, contracts::OrderTimeout{});
  plan.spend(*live);
  plan.spent.clear();
  plan.outputs = std::move(outcome.outputs);
  plan.may_fail = {ErrorCode::already_spent, ErrorCode::order_deadline_open};
  plan.rejected = [&world, live = *live] {
    if (world.abandoned.size() < 64) world.abandoned.push_back(live);
  };
  return plan;
}

MaybePlan make_order_dispute(World& world) {
  const auto live = world.take(world.orders, [&](const auto& order) {
    return order.in(OrderState::delivered) && challenged(world, order.order);
  });
  if (!live) return std::nullopt;
  const auto& by = world.chance(50) ? buyer(world, live->order) : seller(world, live->order);
  return step_to(*live, {by}, contracts::OrderDispute{}, contracts::disputed_order(live->order));
}

}  // namespace tally::fault
