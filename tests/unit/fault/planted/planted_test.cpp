#include "fault/planted/planted.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tally::fault {
namespace {

using testing::HasSubstr;
using testing::Not;

// Where every bug was asked for, one that nothing was run with has not been caught.
TEST(Planted, WhatWasNotPlantedFailsARunOfAll) {
  Options options;
  options.count = kCountAll;
  options.caught_by = "--seeds";
  const auto nothing = left_out(options, {});
  EXPECT_GT(nothing.runs, 3u);
  EXPECT_EQ(nothing.failed, nothing.runs);
  EXPECT_THAT(nothing.detail, HasSubstr("wrong_precedence"));
  EXPECT_THAT(nothing.detail, Not(HasSubstr("skip_a_signature"))) << "another harness's";
  const auto but_one = left_out(options, {"wrong_precedence"});
  EXPECT_EQ(but_one.failed, nothing.failed - 1);
  EXPECT_THAT(but_one.detail, Not(HasSubstr("wrong_precedence")));
}

TEST(Planted, ARunOfSomeSaysWhatItLeftOut) {
  Options options;
  options.count = 1;
  const auto row = left_out(options, {"wrong_precedence"});
  EXPECT_GT(row.runs, 20u);
  EXPECT_EQ(row.failed, 0u);
}

TEST(Planted, AHarnessThatCatchesNothingFails) {
  Options options;
  options.count = kCountAll;
  options.caught_by = "--no-such-harness";
  EXPECT_FALSE(run_planted(options).passed());
}

}  // namespace
}  // namespace tally::fault
