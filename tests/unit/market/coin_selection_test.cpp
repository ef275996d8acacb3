#include "market/coin_selection.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "base/checked.hpp"

namespace tally::market {
namespace {

std::vector<CoinCandidate> coins(const std::vector<std::uint64_t>& amounts) {
  std::vector<CoinCandidate> out;
  for (std::size_t i = 0; i < amounts.size(); ++i) out.push_back({i, amounts[i]});
  return out;
}

std::vector<std::uint64_t> amounts_of(const std::vector<CoinCandidate>& chosen) {
  std::vector<std::uint64_t> out;
  for (const auto& coin : chosen) out.push_back(coin.amount);
  std::ranges::sort(out);
  return out;
}

TEST(CoinSelection, Chooses) {
  struct Row {
    std::string_view what;
    std::vector<std::uint64_t> amounts;
    std::uint64_t amount;
    std::vector<std::uint64_t> chosen;
  };
  const Row rows[] = {
      {"the one there is", {5}, 5, {5}},
      {"the smallest that is enough alone", {100, 7, 10, 3}, 6, {7}},
      {"the largest first", {5, 9, 2, 8}, 15, {8, 9}},
      {"the last as small as may be", {9, 8, 7, 1}, 10, {1, 9}},
      {"all of them", {1, 2, 3}, 6, {1, 2, 3}},
  };
  for (const auto& row : rows) {
    const auto chosen = select_coins(coins(row.amounts), row.amount, 1'024);
    ASSERT_TRUE(chosen) << row.what;
    EXPECT_EQ(amounts_of(*chosen), row.chosen) << row.what;
  }
}

TEST(CoinSelection, SaysWhatIsMissing) {
  const auto missing = select_coins(coins({1, 2, 3}), 10, 1'024);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().missing, 4u);
  const auto none = select_coins({}, 10, 1'024);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().missing, 10u);
  const auto small = select_coins(coins({1, 2, 3}), 6, 2);
  ASSERT_FALSE(small);
  EXPECT_EQ(small.error().missing, 0u);
  EXPECT_EQ(small.error().payable_max, 5u);
}

TEST(CoinSelection, SweepsDust) {
  std::vector<std::uint64_t> amounts(kDustCoins, 1);
  EXPECT_EQ(select_coins(coins(amounts), 1, 1'024)->size(), 1u);
  amounts.push_back(50);
  const auto swept = select_coins(coins(amounts), 40, 1'024);
  ASSERT_TRUE(swept);
  EXPECT_EQ(swept->size(), 1 + kSweptCoins);
  // More than is usual where the sum needs it, and then no dust beside.
  const auto large = select_coins(coins(amounts), 150, 1'024);
  ASSERT_TRUE(large);
  EXPECT_EQ(large->size(), 101u);
  EXPECT_EQ(select_coins(coins(amounts), 50 + 60, 1'024)->size(), kInputsUsual);
}

TEST(CoinSelection, KnowsWhenItHasSeenEnough) {
  EXPECT_TRUE(covers(coins({1, 2, 3}), 6));
  EXPECT_FALSE(covers(coins({1, 2, 3}), 7));
  EXPECT_FALSE(covers(coins(std::vector<std::uint64_t>(1'000, 1)), kInputsUsual + 1));
}

TEST(CoinSelection, HoldsForAnyCoins) {
  std::mt19937_64 rng(7);
  for (int round = 0; round < 2'000; ++round) {
    std::vector<CoinCandidate> all;
    const auto count = rng() % 300;
    Uint128 total = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
      all.push_back({i * 3, (rng() >> (4 + rng() % 60)) / 400 + 1});
      total += all.back().amount;
    }
    const auto amount = 1 + rng() % (static_cast<std::uint64_t>(total) + 10);
    const std::size_t inputs_max = 1 + rng() % 300;
    auto shuffled = all;
    std::ranges::shuffle(shuffled, rng);
    const auto chosen = select_coins(all, amount, inputs_max);
    const auto again = select_coins(shuffled, amount, inputs_max);
    ASSERT_EQ(chosen.has_value(), again.has_value());
    if (!chosen) {
      if (chosen.error().missing > 0) {
        EXPECT_EQ(total + chosen.error().missing, amount);
      } else {
        EXPECT_LT(chosen.error().payable_max, amount);
      }
      continue;
    }
    EXPECT_EQ(*chosen, *again);
    EXPECT_LE(chosen->size(), inputs_max);
    EXPECT_TRUE(std::ranges::is_sorted(*chosen));
    EXPECT_EQ(std::ranges::adjacent_find(*chosen), chosen->end());
    Uint128 sum = 0;
    for (const auto& coin : *chosen) {
      EXPECT_NE(std::ranges::find(all, coin), all.end());
      sum += coin.amount;
    }
    EXPECT_GE(sum, amount);
  }
}

}  // namespace
}  // namespace tally::market
