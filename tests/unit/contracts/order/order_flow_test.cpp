#include "contracts/order/order_flow.hpp"

#include "unit/contracts/order/order_case.hpp"

namespace tally::contracts::order_case {
namespace {

/// The coins of an outcome by owner and asset, and its burns.
std::map<std::pair<PublicKey, AssetId>, std::uint64_t> coins_of(const OrderOutcome& outcome) {
  std::map<std::pair<PublicKey, AssetId>, std::uint64_t> sums;
  for (const auto& output : outcome.outputs) {
    if (const auto* paid = std::get_if<Coin>(&output)) {
      sums[{std::get<KeyLock>(paid->lock).key, paid->asset}] += paid->amount;
    }
  }
  return sums;
}

TEST(OrderFlow, TakesOwnIousThenOthersThenThePricesAsset) {
  const auto order = order_at(OrderState::delivered);
  const auto parts = price_parts(order.terms, order.payment, facts_of(order));
  const std::map<AssetId, std::uint64_t> expected{
      {own_iou(), 200}, {other_iou(), 300}, {eur(), 1'000}};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    EXPECT_EQ(parts[i], expected.at(order.payment[i].asset));
  }
}

TEST(OrderFlow, GivesBackWhatExceedsThePriceInKind) {
  auto order = order_at(OrderState::delivered);
  order.payment = ascending({{own_iou(), 900}, {other_iou(), 800}, {eur(), 50}});
  const auto outcome = release_outcome(order, facts_of(order));
  EXPECT_EQ(outcome.burned, (std::vector<Holding>{{own_iou(), 900}}));
  const std::map<std::pair<PublicKey, AssetId>, std::uint64_t> expected{
      {{seller(), other_iou()}, 600},
      {{seller(), eur()}, 100},  // The bond.
      {{buyer(), other_iou()}, 200},
      {{buyer(), eur()}, 50},
      {{buyer(), points()}, 30}};
  EXPECT_EQ(coins_of(outcome), expected);
}

TEST(OrderFlow, ReleasesInTheDocumentedOrder) {
  const auto order = order_at(OrderState::delivered);
  std::vector<Output> expected{item(kBag, buyer()), item(kWatch, buyer())};
  for (const auto& holding : ascending({{other_iou(), 300}, {eur(), 1'000}})) {
    expected.emplace_back(coin(holding.asset, holding.amount, seller()));
  }
  expected.emplace_back(coin(eur(), 100, seller()));
  expected.emplace_back(coin(eur(), 200, buyer()));
  expected.emplace_back(coin(points(), 30, buyer()));
  const auto outcome = release_outcome(order, facts_of(order));
  EXPECT_EQ(outcome.outputs, expected);
  EXPECT_EQ(outcome.state, OrderState::released);
  EXPECT_EQ(outcome.minted, order.terms.loyalty);
  EXPECT_TRUE(outcome.sold);
}

TEST(OrderFlow, RefundsInKind) {
  const auto order = order_at(OrderState::shipped);
  for (const auto party : {OrderParty::seller, OrderParty::buyer}) {
    std::vector<Output> expected{item(kBag, seller()), item(kWatch, seller())};
    expected.emplace_back(coin(eur(), 100, party == OrderParty::seller ? seller() : buyer()));
    for (const auto& holding : payment()) {
      expected.emplace_back(coin(holding.asset, holding.amount, buyer()));
    }
    const auto outcome = refund_outcome(order, party);
    EXPECT_EQ(outcome.outputs, expected);
    EXPECT_TRUE(outcome.burned.empty());
    EXPECT_FALSE(outcome.sold);
  }
}

TEST(OrderFlow, WithdrawsItemsAndBond) {
  auto order = order_at(OrderState::offered);
  const std::vector<Output> expected{item(kBag, seller()), item(kWatch, seller()),
                                     coin(eur(), 100, seller())};
  EXPECT_EQ(withdraw_outcome(order).outputs, expected);
  order.terms.bond = 0;
  EXPECT_EQ(withdraw_outcome(order).outputs.size(), 2u);
}

// 6,000 of 10,000 of the price to the buyer, and all of the change.
TEST(OrderFlow, SplitsThePriceAndLeavesTheChangeWhole) {
  const auto order = order_at(OrderState::disputed);
  const auto outcome = split_outcome(order, facts_of(order));
  const std::map<std::pair<PublicKey, AssetId>, std::uint64_t> expected{
      {{seller(), other_iou()}, 120},
      {{seller(), eur()}, 400 + 100},
      {{buyer(), own_iou()}, 120},
      {{buyer(), other_iou()}, 180},
      {{buyer(), eur()}, 600 + 200}};
  EXPECT_EQ(coins_of(outcome), expected);
  EXPECT_EQ(outcome.burned, (std::vector<Holding>{{own_iou(), 80}}));
  EXPECT_FALSE(outcome.minted);
  EXPECT_EQ(outcome.outputs[0], Output{item(kBag, buyer())});
}

TEST(OrderFlow, SplitsAtItsBounds) {
  auto order = order_at(OrderState::disputed);
  order.terms.dispute_buyer_bps = kBasisPoints;
  auto all = split_outcome(order, facts_of(order));
  EXPECT_FALSE(all.sold);
  EXPECT_TRUE(all.burned.empty());
  EXPECT_EQ(all.outputs[0], Output{item(kBag, seller())});
  EXPECT_EQ(coins_of(all).at({buyer(), eur()}), 1'200u);
  EXPECT_EQ(coins_of(all).at({seller(), eur()}), 100u);

  order.terms.dispute_buyer_bps = 0;
  auto none = split_outcome(order, facts_of(order));
  auto released = release_outcome(order, facts_of(order));
  released.outputs.pop_back();  // The loyalty is for a release alone.
  EXPECT_TRUE(none.sold);
  EXPECT_EQ(none.outputs, released.outputs);
  EXPECT_EQ(none.burned, released.burned);

  order.terms.dispute_buyer_bps = kBasisPoints - 1;
  EXPECT_TRUE(split_outcome(order, facts_of(order)).sold);
}

TEST(OrderFlow, SplitsInWholeUnits) {
  auto order = order_at(OrderState::disputed);
  order.payment = {{eur(), 1'500}};
  order.terms.dispute_buyer_bps = 3'333;  // 499.95, so 400 in hundreds.
  const auto outcome = split_outcome(order, {{.own_iou = false, .minimum_unit = 100}});
  EXPECT_EQ(coins_of(outcome).at({buyer(), eur()}), 400u);
  EXPECT_EQ(coins_of(outcome).at({seller(), eur()}), 1'100u + 100u);
}

TEST(OrderFlow, SplitsTheLargestAmountsWithoutWrapping) {
  auto order = order_at(OrderState::disputed);
  order.terms.lines[1].price = kSupplyMax - 1'000;
  order.terms.bond = 0;
  order.payment = {{eur(), kSupplyMax}};
  order.terms.dispute_buyer_bps = 9'999;
  const auto sums = coins_of(split_outcome(order, {{}}));
  EXPECT_EQ(sums.at({buyer(), eur()}) + sums.at({seller(), eur()}), kSupplyMax);
  EXPECT_EQ(sums.at({buyer(), eur()}), kSupplyMax - kSupplyMax / kBasisPoints - 1);
}

TEST(OrderFlow, ThePricesAssetMayBeTheSellersOwnIou) {
  auto order = order_at(OrderState::delivered);
  order.terms.price_asset = own_iou();
  order.terms.accepted_ious.clear();
  order.payment = {{own_iou(), 1'600}};
  const auto outcome = release_outcome(order, facts_of(order));
  EXPECT_EQ(outcome.burned, (std::vector<Holding>{{own_iou(), 1'500}}));
  EXPECT_EQ(coins_of(outcome).at({buyer(), own_iou()}), 100u);
  EXPECT_EQ(coins_of(outcome).at({seller(), own_iou()}), 100u);  // The bond is not burned.
}

TEST(OrderFlow, KnowsWhatIsTheSellersOwn) {
  auto world = order_world();
  world.registry.at<AssetEntry>(asset_key(eur())).policies.minimum_unit = 5;
  const std::vector<Holding> of{{own_iou(), 1}, {other_iou(), 1}, {eur(), 1}, {points(), 1}};
  const std::vector<AssetFacts> expected{{true, 1}, {false, 1}, {false, 5}, {false, 1}};
  EXPECT_EQ(asset_facts(seller(), of, world.registry), expected);
}

TEST(OrderFlow, TimesOutOfEveryState) {
  const auto at = [](OrderState state, bool holds) {
    const auto order = order_at(state);
    return timeout_outcome(order, holds, facts_of(order));
  };
  EXPECT_EQ(at(OrderState::offered, true).state, OrderState::expired);
  EXPECT_EQ(at(OrderState::funded, true),
            refund_outcome(order_at(OrderState::funded), OrderParty::seller));
  EXPECT_EQ(at(OrderState::accepted, true),
            refund_outcome(order_at(OrderState::accepted), OrderParty::buyer));
  EXPECT_EQ(at(OrderState::shipped, true),
            refund_outcome(order_at(OrderState::shipped), OrderParty::seller));
  EXPECT_EQ(at(OrderState::delivered, true).state, OrderState::released);
  EXPECT_EQ(at(OrderState::delivered, false),
            step_outcome(disputed_order(order_at(OrderState::delivered))));
  EXPECT_EQ(at(OrderState::disputed, false).state, OrderState::split);
}

TEST(OrderFlow, GivesEachStateItsPeriod) {
  const OrderState living[] = {OrderState::offered, OrderState::funded,    OrderState::accepted,
                               OrderState::shipped, OrderState::delivered, OrderState::disputed};
  std::uint64_t hours = 0;
  for (const auto state : living) EXPECT_EQ(period_ms(terms(), state), ++hours * kHourMs);
  for (const auto state : {OrderState::released, OrderState::refunded, OrderState::withdrawn,
                           OrderState::expired, OrderState::split}) {
    EXPECT_EQ(period_ms(terms(), state), 0u);
  }
}

}  // namespace
}  // namespace tally::contracts::order_case
