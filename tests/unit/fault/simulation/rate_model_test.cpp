#include "fault/simulation/rate_model.hpp"

#include <gtest/gtest.h>

namespace tally::fault {
namespace {

TEST(RateModel, AMemberHasItsBurstAndThenItsRate) {
  const BucketRate rate{.per_second = 2, .burst = 3};
  RateModel model;
  const contracts::PublicKey ana{{1}};
  const contracts::PublicKey bob{{2}};
  EXPECT_TRUE(model.may(rate, ana, 1'000, 3));
  EXPECT_FALSE(model.may(rate, ana, 1'000, 1));
  EXPECT_TRUE(model.may(rate, bob, 1'000, 3)) << "everyone's own";
  EXPECT_FALSE(model.may(rate, ana, 1'499, 1));
  EXPECT_TRUE(model.may(rate, ana, 1'500, 1));
  EXPECT_TRUE(model.may(rate, ana, 3'000, 9)) << "what is larger than the burst takes it whole";
  EXPECT_FALSE(model.may(rate, ana, 3'000, 1));
  model.start_anew();
  EXPECT_TRUE(model.may(rate, ana, 3'000, 3));
}

TEST(RateModel, NoRateIsNoLimit) {
  RateModel model;
  EXPECT_TRUE(model.may({}, {}, 0, 1'000'000));
}

}  // namespace
}  // namespace tally::fault
