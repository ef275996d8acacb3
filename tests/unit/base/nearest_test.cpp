#include "base/nearest.hpp"

#include <gtest/gtest.h>

namespace tally {
namespace {

TEST(Nearest, TheNearestWord) {
  const std::array<std::string_view, 3> words{"amount", "account", "payments"};
  EXPECT_EQ(nearest_word("amuont", words), "amount");
  EXPECT_EQ(nearest_word("payment", words), "payments");
  EXPECT_EQ(nearest_word(std::string(100'000, 'a'), words), "amount");
  EXPECT_EQ(nearest_word("x", {}), "");
}

}  // namespace
}  // namespace tally
