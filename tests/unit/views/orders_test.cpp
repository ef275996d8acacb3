#include "views/orders.hpp"

#include "chain.hpp"

namespace tally::views {
namespace {

using contracts::OrderState;

class OrdersTest : public testing::Test {
 protected:
  std::vector<contracts::OrderId> of(std::string_view party, const OrderFilter& filter = {}) {
    return ids([&](const PageRequest& request) {
      return list_orders(over.look(), key_of(party), filter, request);
    });
  }
  std::vector<contracts::OrderId> in(OrderState state) {
    return ids(
        [&](const PageRequest& request) { return list_orders_in(over.look(), state, request); });
  }
  template <typename Query>
  std::vector<contracts::OrderId> ids(Query&& query) {
    std::vector<contracts::OrderId> out;
    const auto rows = all_pages(1, query);
    for (const auto& row : rows) out.push_back(row.id);
    return out;
  }

  Market market;
  ViewsOver over{market};
};

using Ids = std::vector<contracts::OrderId>;

TEST_F(OrdersTest, TellEveryStep) {
  const auto id = market.sell(kBag, "alice", 100);
  const auto snapshot = over.look();
  const auto view = *find_order(snapshot, id);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->entry.state, OrderState::released);
  EXPECT_EQ(view->order.id, id);
  EXPECT_EQ(view->order.state, OrderState::delivered);  // The last output that it had.
  EXPECT_EQ(view->order.payment[0].amount, 100u);

  const auto steps = *list_order_steps(snapshot, id);
  std::vector<OrderState> states;
  for (const auto& step : steps) states.push_back(step.state);
  EXPECT_EQ(states,
            (std::vector{OrderState::offered, OrderState::funded, OrderState::accepted,
                         OrderState::shipped, OrderState::delivered, OrderState::released}));
  EXPECT_EQ(steps[1].signer, key_of("alice"));
  EXPECT_EQ(steps[1].command, contracts::OrderFund::kNumber);
  EXPECT_EQ(steps[3].height, steps[4].height);  // In one block.
  EXPECT_EQ(steps[5].height, view->changed_height);
  EXPECT_EQ(steps[0].height, view->first_height);
  EXPECT_FALSE(*find_order(snapshot, contracts::OrderId{}));
  EXPECT_TRUE(list_order_steps(snapshot, contracts::OrderId{})->empty());
}

TEST_F(OrdersTest, ListByPartyAndState) {
  const auto bag = market.sell(kBag, "alice", 100);
  const auto shoe = market.offer(market.terms(kShoe, 60), market.commission(kShoe, "shop"));
  market.seal();
  EXPECT_EQ(of("shop"), (Ids{bag, shoe}));
  EXPECT_EQ(of("alice"), Ids{bag});
  EXPECT_EQ(of("shop", {.side = OrderSide::buyer}), Ids{});
  EXPECT_EQ(of("shop", {.state = OrderState::offered}), Ids{shoe});
  EXPECT_EQ(of("alice", {.side = OrderSide::buyer, .state = OrderState::released}), Ids{bag});
  EXPECT_EQ(in(OrderState::offered), Ids{shoe});
  EXPECT_EQ(in(OrderState::released), Ids{bag});
  market.settle({"shop"}, {market.at[shoe]},
                contracts::withdraw_outcome(market.order(shoe)).outputs,
                contracts::OrderWithdraw{});
  market.seal();
  EXPECT_EQ(in(OrderState::offered), Ids{});
  EXPECT_EQ(in(OrderState::withdrawn), Ids{shoe});
}

TEST_F(OrdersTest, OffersArePublicOrToANamedBuyer) {
  auto named = market.terms(kShoe, 60);
  named.named_buyer = key_of("bob");
  const auto open = market.offer(market.terms(kBag, 100), market.commission(kBag, "shop"));
  const auto private_one = market.offer(named, market.commission(kShoe, "shop"));
  market.seal();
  const auto offers = [&](const std::optional<contracts::PublicKey>& buyer) {
    return ids(
        [&](const PageRequest& request) { return list_offers(over.look(), buyer, request); });
  };
  EXPECT_EQ(offers({}), Ids{open});
  EXPECT_EQ(offers(key_of("alice")), Ids{open});
  EXPECT_EQ(offers(key_of("bob")), (Ids{open, private_one}));
}

TEST_F(OrdersTest, ATimeoutByNobodyHasNoSigner) {
  const auto id = market.offer(market.terms(kBag, 100), market.commission(kBag, "shop"));
  market.seal(2 * Market::kStage);
  market.time_out(id);
  market.seal();
  const auto steps = *list_order_steps(over.look(), id);
  ASSERT_EQ(steps.size(), 2u);
  EXPECT_EQ(steps[1].state, OrderState::expired);
  EXPECT_FALSE(steps[1].signer);
}

}  // namespace
}  // namespace tally::views
