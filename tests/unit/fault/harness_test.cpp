#include "fault/harness.hpp"

#include <gtest/gtest.h>

namespace tally::fault {
namespace {

// Whatever a harness says must happen fails its run if it did not: else the row is an ornament.
TEST(MustHappen, NothingOfItFailsAWholeRun) {
  Result result;
  result.rows.push_back(must_happen("kills", 12, true));
  EXPECT_TRUE(result.passed());
  result.rows.push_back(must_happen("kills in a checkpoint", 0, true, "told elsewhere"));
  EXPECT_FALSE(result.passed());
  EXPECT_EQ(result.rows.back().failed, 1u);
  EXPECT_EQ(result.rows.back().detail, "never happened: the run shows nothing of it");
}

TEST(MustHappen, ARunThatWasCutShortSaysSoAndPasses) {
  const auto row = must_happen("kills in a checkpoint", 0, false, "of 3");
  EXPECT_EQ(row.failed, 0u);
  EXPECT_EQ(row.runs, 0u);
  EXPECT_EQ(row.detail, "of 3");
}

TEST(Result, AFailureWithoutARowFailsTheRunToo) {
  EXPECT_TRUE(Result{}.passed());
  EXPECT_FALSE((Result{{}, {"something"}}.passed()));
}

}  // namespace
}  // namespace tally::fault
