#include "base/checked.hpp"

#include <gtest/gtest.h>

namespace tally {
namespace {

constexpr auto kMax = std::numeric_limits<std::uint64_t>::max();

TEST(Checked, SaysWhenItOverflows) {
  EXPECT_EQ(checked_add(kMax - 1, 1), kMax);
  EXPECT_FALSE(checked_add(kMax, 1));
  EXPECT_EQ(checked_sub(1, 1), 0u);
  EXPECT_FALSE(checked_sub(0, 1));
  EXPECT_EQ(checked_mul(kMax, 1), kMax);
  EXPECT_FALSE(checked_mul(kMax, 2));
}

TEST(Checked, MulDivKeepsTheProductWhole) {
  EXPECT_EQ(mul_div(kMax, 3, 3), kMax);
  EXPECT_EQ(mul_div(10, 1, 3), 3u);
  EXPECT_FALSE(mul_div(kMax, 2, 1));
}

}  // namespace
}  // namespace tally
