#include "ledger/unpublished.hpp"

#include <gtest/gtest.h>

namespace tally::ledger {
namespace {

Outcome settled(std::uint8_t name, std::uint64_t height) {
  Outcome outcome;
  outcome.txid.bytes[0] = name;
  outcome.height = height;
  return outcome;
}

TEST(Unpublished, forgets_what_the_views_have_and_what_was_taken_back) {
  Unpublished unpublished;
  for (std::uint8_t i = 1; i <= 6; ++i) unpublished.add(settled(i, (i + 1) / 2));
  const auto has = [&](std::uint8_t name) {
    return unpublished.find(settled(name, 0).txid) != nullptr;
  };
  unpublished.take_back(1);
  EXPECT_FALSE(has(6));
  unpublished.publish(1);
  EXPECT_FALSE(has(1));
  EXPECT_FALSE(has(2));
  EXPECT_TRUE(has(3));
  unpublished.drop_first();
  EXPECT_FALSE(has(3));
  EXPECT_TRUE(has(4));
  EXPECT_TRUE(has(5));
  EXPECT_EQ(unpublished.find(settled(5, 0).txid)->height, 3u);
  EXPECT_EQ(unpublished.size(), 2u);
  unpublished.publish(9);
  unpublished.take_back(3);
  EXPECT_EQ(unpublished.size(), 0u);
}

}  // namespace
}  // namespace tally::ledger
