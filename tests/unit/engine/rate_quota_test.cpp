#include "engine/rate_quota.hpp"

#include <gtest/gtest.h>

namespace tally::engine {
namespace {

contracts::PublicKey member(std::uint8_t name) {
  contracts::PublicKey key;
  key.bytes[0] = name;
  return key;
}

TEST(RateQuota, fills_up_again_and_no_further_than_the_burst) {
  RateQuota quota(2, 3);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(quota.take(member(1), 1'000));
  EXPECT_FALSE(quota.take(member(1), 1'000));
  EXPECT_TRUE(quota.take(member(2), 1'000));
  EXPECT_FALSE(quota.take(member(1), 1'499));
  EXPECT_TRUE(quota.take(member(1), 1'500));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(quota.take(member(1), 60'000));
  EXPECT_FALSE(quota.take(member(1), 60'000));
}

TEST(RateQuota, a_clock_read_in_another_order_gives_nothing) {
  RateQuota quota(1, 1);
  EXPECT_TRUE(quota.take(member(1), 10'000));
  EXPECT_FALSE(quota.take(member(1), 9'999));
  EXPECT_FALSE(quota.take(member(1), 10'999));
  EXPECT_TRUE(quota.take(member(1), 11'000));
}

TEST(RateQuota, none_is_none) {
  RateQuota quota(0, 0);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(quota.take(member(1), 0));
}

}  // namespace
}  // namespace tally::engine
