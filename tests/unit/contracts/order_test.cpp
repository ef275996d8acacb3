#include "contracts/order.hpp"

#include <gtest/gtest.h>

namespace tally::contracts {
namespace {

TEST(Order, SumsItsLinesAndSaysWhenTheyOverflow) {
  OrderTerms terms;
  EXPECT_EQ(order_price(terms), 0u);
  terms.lines = {{"a", UINT64_MAX - 1, {}}, {"b", 1, {}}};
  EXPECT_EQ(order_price(terms), UINT64_MAX);
  terms.lines.push_back({"c", 1, {}});
  EXPECT_EQ(order_price(terms), std::nullopt);
}

TEST(Order, KnowsItsEnds) {
  for (const auto state : {OrderState::offered, OrderState::funded, OrderState::accepted,
                           OrderState::shipped, OrderState::delivered, OrderState::disputed}) {
    EXPECT_FALSE(ended(state));
  }
  for (const auto state : {OrderState::released, OrderState::refunded, OrderState::withdrawn,
                           OrderState::expired, OrderState::split}) {
    EXPECT_TRUE(ended(state));
  }
}

}  // namespace
}  // namespace tally::contracts
