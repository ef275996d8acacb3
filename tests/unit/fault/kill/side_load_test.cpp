#include "fault/kill/side_load.hpp"

#include <gtest/gtest.h>

namespace tally::fault {
namespace {

using There = std::map<std::string, std::string>;

std::size_t wrongs(Keeping& keeping, const There& there, std::uint64_t unnamed = 0) {
  return compare_kept("agent", keeping, there, unnamed).size();
}

TEST(SideLoad, WhatWasAcknowledgedIsThere) {
  Keeping keeping{{"a", {.value = "live"}}, {"b", {.value = "live"}}};
  EXPECT_EQ(wrongs(keeping, {{"a", "live"}, {"b", "live"}}), 0u);
  EXPECT_EQ(wrongs(keeping, {{"a", "live"}}), 1u) << "b is lost";
  keeping = {{"a", {.value = "second"}}};
  EXPECT_EQ(wrongs(keeping, {{"a", "first"}}), 1u) << "it is older than what was acknowledged";
}

TEST(SideLoad, WhatWasRemovedStaysAway) {
  Keeping keeping{{"a", {.value = ""}}};
  EXPECT_EQ(wrongs(keeping, {}), 0u);
  keeping = {{"a", {.value = ""}}};
  EXPECT_EQ(wrongs(keeping, {{"a", "live"}}), 1u);
}

TEST(SideLoad, WhatHadNoAnswerIsThereOrNotAndThenStaysSo) {
  for (const auto* now : {"first", "second", ""}) {
    Keeping keeping{{"a", {.value = "first", .asked = {"second", ""}}}};
    const auto there = *now == '\0' ? There{} : There{{"a", now}};
    EXPECT_EQ(wrongs(keeping, there), 0u) << now;
    EXPECT_EQ(wrongs(keeping, there), 0u) << now;
    EXPECT_EQ(wrongs(keeping, {{"a", "another"}}), 1u) << now;
  }
}

TEST(SideLoad, WhatNobodyAskedForIsNotThere) {
  Keeping keeping;
  EXPECT_EQ(wrongs(keeping, {{"a", "live"}}), 1u);
  keeping.clear();
  EXPECT_EQ(wrongs(keeping, {{"a", "live"}}, 1), 0u) << "its answer was lost";
  EXPECT_EQ(wrongs(keeping, {}), 1u) << "and it is known from there on";
  keeping.clear();
  EXPECT_EQ(wrongs(keeping, {{"a", "live"}, {"b", "live"}}, 1), 1u);
}

}  // namespace
}  // namespace tally::fault
