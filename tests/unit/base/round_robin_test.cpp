#include "base/round_robin.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace tally {
namespace {

using Lanes = RoundRobin<std::string, int, std::hash<std::string>>;

std::string take_all(Lanes& lanes) {
  std::string out;
  while (const auto next = lanes.pop()) out += next->first + std::to_string(next->second);
  return out;
}

TEST(RoundRobin, LanesTakeTurns) {
  Lanes lanes;
  for (int i = 0; i < 4; ++i) lanes.push("a", i);
  lanes.push("b", 7);
  lanes.push("c", 8);
  lanes.push("c", 9);
  EXPECT_EQ(lanes.size(), 7u);
  EXPECT_EQ(lanes.size_of("a"), 4u);
  EXPECT_EQ(take_all(lanes), "a0b7c8a1c9a2a3");
  EXPECT_EQ(lanes.size(), 0u);
  EXPECT_EQ(lanes.size_of("a"), 0u);
}

TEST(RoundRobin, WhatIsPutBackIsTheFirstOfItsLaneAndWaitsForItsTurn) {
  Lanes lanes;
  lanes.push("a", 1);
  lanes.push("a", 2);
  lanes.push("b", 3);
  const auto first = lanes.pop();
  lanes.push_front(first->first, first->second);
  EXPECT_EQ(take_all(lanes), "b3a1a2");
}

TEST(RoundRobin, TheLongestLaneMakesRoomForWhoHasLess) {
  Lanes lanes;
  EXPECT_FALSE(lanes.shed("a"));
  lanes.push("a", 1);
  EXPECT_FALSE(lanes.shed("b")) << "who has one keeps it";
  lanes.push("a", 2);
  EXPECT_FALSE(lanes.shed("a")) << "not for itself";
  EXPECT_EQ(lanes.shed("b"), 2);
  EXPECT_EQ(lanes.size(), 1u);
  EXPECT_EQ(take_all(lanes), "a1");
}

}  // namespace
}  // namespace tally
