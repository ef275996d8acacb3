#include "views/reputation.hpp"

#include "chain.hpp"
#include "views/reputation_rows.hpp"

namespace tally::views {
namespace {

using contracts::OrderState;

std::string bag(int number) { return "01/09506000134352/21/N" + std::to_string(number); }

class ReputationTest : public testing::Test {
 protected:
  Reputation of(std::string_view name) {
    auto reputation = find_reputation(over.look(), key_of(name));
    EXPECT_TRUE(reputation);
    return std::move(*reputation);
  }
  // An order that the buyer has funded.
  contracts::OrderId funded(const std::string& gs1_key, std::string_view buyer,
                            std::uint64_t price) {
    const auto item = market.commission(gs1_key, "shop");
    const auto money = market.issue(buyer, {price});
    const auto id = market.offer(market.terms(gs1_key, price), item);
    market.fund(id, buyer, money, price);
    return id;
  }

  Market market;
  ViewsOver over{market};
};

TEST_F(ReputationTest, AStrangerHasTheScoreOfNothing) {
  const auto stranger = of("stranger");
  EXPECT_EQ(stranger.as_seller.score.points, score({}).points);
  EXPECT_EQ(stranger.as_buyer.totals.released, 0u);
  EXPECT_TRUE(stranger.volumes.empty());
}

TEST_F(ReputationTest, SalesSpeakForBothSidesAndCanBeRecomputed) {
  market.sell(bag(1), "alice", 100);
  market.sell(bag(2), "bob", 400);
  const auto shop = of("shop");
  EXPECT_EQ(shop.as_seller.totals.released, 2u);
  EXPECT_EQ(shop.as_seller.totals.shipped, 2u);
  EXPECT_EQ(shop.as_seller.totals.counterparties, 2u);
  EXPECT_EQ(shop.as_seller.facts_scored, 2u);
  EXPECT_EQ(shop.as_buyer.totals.released, 0u);
  ASSERT_EQ(shop.volumes.size(), 1u);
  EXPECT_EQ(shop.volumes[0].amount, 500u);
  EXPECT_EQ(shop.volumes[0].side, OrderSide::seller);
  EXPECT_EQ(of("alice").as_buyer.totals.released, 1u);

  const auto facts = all_pages(1, [&](const PageRequest& request) {
    return list_order_facts(over.look(), key_of("shop"), OrderSide::seller, request);
  });
  ASSERT_EQ(facts.size(), 2u);
  std::vector<Experience> experiences;
  for (const auto& fact : facts) {
    experiences.push_back({fact.counterparty, fact.price, kValueUnits, contracts::kBasisPoints, 0,
                           shop.time_ms - fact.ended_ms});
  }
  const auto again = score(experiences);
  EXPECT_EQ(again.points, shop.as_seller.score.points);
  EXPECT_EQ(again.good_q32, shop.as_seller.score.good_q32);
  EXPECT_GT(again.points, score({}).points);
  ASSERT_EQ(shop.as_seller.moved_most.size(), 2u);
  EXPECT_GT(shop.as_seller.moved_most[0].points, 0);
}

TEST_F(ReputationTest, RefundsBlameWhoseDoingTheyWere) {
  market.refund(funded(bag(1), "alice", 100), {"alice"});  // Cancelled.
  market.refund(funded(bag(2), "alice", 100), {"shop"});   // Declined.
  const auto unshipped = funded(bag(3), "bob", 100);
  market.accept(unshipped);
  market.seal(2 * Market::kStage);
  market.time_out(unshipped);
  market.seal();
  const auto shop = of("shop").as_seller;
  EXPECT_EQ(shop.totals.refunded, 3u);
  EXPECT_EQ(shop.totals.refunded_own_blame, 1u);
  EXPECT_EQ(shop.totals.refunded_other_blame, 1u);
  EXPECT_EQ(shop.totals.shipping_missed, 1u);
  EXPECT_EQ(shop.totals.timed_out, 1u);
  EXPECT_EQ(shop.facts_scored, 1u);
  EXPECT_LT(shop.score.points, score({}).points);
  EXPECT_EQ(shop.moved_most[0].fact.order, unshipped);
  EXPECT_EQ(shop.moved_most[0].fact.blame, Blame::seller);
  const auto alice = of("alice").as_buyer;
  EXPECT_EQ(alice.totals.refunded_own_blame, 1u);
  EXPECT_LT(alice.score.points, score({}).points);
  EXPECT_EQ(of("bob").as_buyer.facts_scored, 0u);
}

TEST_F(ReputationTest, SalesWithinAClusterCountNothing) {
  market.sell(bag(1), "alice", 100);
  EXPECT_EQ(of("shop").as_seller.facts_scored, 1u);
  EXPECT_FALSE(*same_cluster(over.look(), account_of("alice"), account_of("shop")));
  // One command spends coins of both, by way of a third: they have one owner.
  for (const std::string_view name : {"alice", "shop"}) {
    const auto mine = market.issue(name, {5});
    const auto theirs = market.issue("purse", {5});
    market.settle({name, "purse"}, {mine, theirs}, {market.coin("bob", 10)},
                  contracts::AssetTransfer{});
  }
  market.seal();
  EXPECT_TRUE(*same_cluster(over.look(), account_of("alice"), account_of("shop")));
  EXPECT_FALSE(*same_cluster(over.look(), account_of("alice"), account_of("bob")));
  const auto shop = of("shop").as_seller;
  EXPECT_EQ(shop.facts_scored, 0u);
  EXPECT_EQ(shop.score.points, score({}).points);
  EXPECT_EQ(shop.totals.released, 1u);  // The fact stays.
}

TEST_F(ReputationTest, OldSalesFade) {
  market.sell(bag(1), "alice", 100);
  const auto fresh = of("shop").as_seller.score;
  market.seal(kGoodHalfLifeMs);
  market.seal();
  const auto old = of("shop").as_seller.score;
  EXPECT_LT(old.good_q32, fresh.good_q32);
  EXPECT_LT(old.points, fresh.points);
}

TEST_F(ReputationTest, OffersNobodyTookAreNoExperience) {
  const auto id = market.offer(market.terms(bag(1), 100), market.commission(bag(1), "shop"));
  market.settle({"shop"}, {market.at[id]}, contracts::withdraw_outcome(market.order(id)).outputs,
                contracts::OrderWithdraw{});
  market.seal();
  const auto shop = of("shop").as_seller;
  EXPECT_EQ(shop.totals.not_funded, 1u);
  EXPECT_EQ(shop.totals.counterparties, 0u);
  EXPECT_EQ(shop.facts_scored, 0u);
}

TEST(Blame, FallsOnWhoLetTheOrderDown) {
  struct Row {
    OrderState end;
    OrderState from;
    bool timed_out;
    std::uint32_t buyer_bps;
    bool seller_signed, buyer_signed;
    Blame blame;
  };
  using enum OrderState;
  for (const auto& row : std::vector<Row>{
           {released, delivered, false, 0, false, true, Blame::nobody},
           {refunded, funded, true, 0, false, false, Blame::seller},
           {refunded, accepted, true, 0, false, false, Blame::seller},
           {refunded, shipped, true, 0, false, false, Blame::seller},
           {refunded, funded, false, 0, true, false, Blame::nobody},
           {refunded, funded, false, 0, false, true, Blame::buyer},
           {refunded, accepted, false, 0, true, false, Blame::seller},
           {refunded, accepted, false, 0, true, true, Blame::nobody},
           {refunded, delivered, false, 0, true, false, Blame::nobody},
           {refunded, disputed, false, 0, true, true, Blame::nobody},
           {split, disputed, true, 10'000, false, false, Blame::seller},
           {split, disputed, true, 0, false, false, Blame::buyer},
           {split, disputed, true, 5'000, false, false, Blame::shared},
           {withdrawn, offered, false, 0, true, false, Blame::nobody},
       }) {
    contracts::OrderEntry entry;
    entry.state = row.end;
    entry.timed_out = row.timed_out;
    EXPECT_EQ(blame_of(entry, row.from, row.buyer_bps, row.seller_signed, row.buyer_signed),
              row.blame)
        << static_cast<int>(row.end) << " from " << static_cast<int>(row.from);
  }
}

}  // namespace
}  // namespace tally::views
