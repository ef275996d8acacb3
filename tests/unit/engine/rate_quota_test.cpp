#include "engine/rate_quota.hpp"

#include <gtest/gtest.h>

namespace tally::engine {
namespace {

Source member(std::uint8_t name) {
  crypto::PublicKey key;
  key.bytes[0] = name;
  return Source::of_member(key);
}

TEST(RateQuota, fills_up_again_and_no_further_than_the_burst) {
  RateQuota quota({2, 3});
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(quota.take(member(1), 1'000));
  EXPECT_FALSE(quota.take(member(1), 1'000));
  EXPECT_TRUE(quota.take(member(2), 1'000));
  EXPECT_FALSE(quota.take(member(1), 1'499));
  EXPECT_TRUE(quota.take(member(1), 1'500));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(quota.take(member(1), 60'000));
  EXPECT_FALSE(quota.take(member(1), 60'000));
}

TEST(RateQuota, a_clock_read_in_another_order_gives_nothing) {
  RateQuota quota({1, 1});
  EXPECT_TRUE(quota.take(member(1), 10'000));
  EXPECT_FALSE(quota.take(member(1), 9'999));
  EXPECT_FALSE(quota.take(member(1), 10'999));
  EXPECT_TRUE(quota.take(member(1), 11'000));
}

TEST(RateQuota, many_tokens_are_taken_whole_or_not_at_all) {
  RateQuota quota({1, 4});
  EXPECT_TRUE(quota.take(member(1), 0, 3));
  EXPECT_FALSE(quota.take(member(1), 0, 2));
  EXPECT_TRUE(quota.take(member(1), 0, 1));
  // What asks for more than the burst takes a full bucket.
  EXPECT_TRUE(quota.take(member(1), 4'000, 5));
  EXPECT_FALSE(quota.take(member(1), 4'000, 1));
}

TEST(RateQuota, none_is_none) {
  RateQuota quota({0, 0});
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(quota.take(member(1), 0));
}

}  // namespace
}  // namespace tally::engine
