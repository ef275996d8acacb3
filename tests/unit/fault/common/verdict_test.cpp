#include "fault/common/verdict.hpp"

#include <gtest/gtest.h>

namespace tally::fault {
namespace {

using contracts::ErrorCode;

client::ClientResponse answer(int status, std::string body) {
  client::ClientResponse out;
  out.status = status;
  out.body = std::move(body);
  return out;
}

std::string problem(ErrorCode code, std::string_view more = "") {
  return R"({"number": )" + std::to_string(static_cast<int>(code)) + std::string(more) + "}";
}

TEST(Verdict, OfWhatSettled) {
  const auto verdict = read_verdict(answer(200, R"({"height": "7", "first_output_number": "40"})"));
  ASSERT_TRUE(verdict);
  EXPECT_EQ(*verdict, (Verdict{.settled = true, .height = 7, .first_output_number = 40}));
  EXPECT_TRUE(verdict->journaled());
  EXPECT_FALSE(read_verdict(answer(200, "{}"))) << "settled in no block";
}

TEST(Verdict, OfARejectionAndARefusal) {
  const auto rejected = read_verdict(
      answer(409, problem(ErrorCode::already_spent, R"(, "final": true, "height": "9")")));
  ASSERT_TRUE(rejected);
  EXPECT_TRUE(rejected->journaled());
  EXPECT_EQ(rejected->code, ErrorCode::already_spent);
  const auto refused = read_verdict(answer(403, problem(ErrorCode::bad_signature)));
  ASSERT_TRUE(refused);
  EXPECT_TRUE(refused->looked_at);
  EXPECT_FALSE(refused->journaled());
}

TEST(Verdict, WhatWasNotLookedAtIsNeverFinal) {
  const auto busy = read_verdict(answer(503, problem(ErrorCode::queue_full)));
  ASSERT_TRUE(busy);
  EXPECT_FALSE(busy->looked_at);
  EXPECT_FALSE(read_verdict(answer(503, problem(ErrorCode::writing_halted, R"(, "final": true)"))));
  EXPECT_FALSE(read_verdict(answer(503, problem(ErrorCode::writing_halted, R"(, "height": "9")"))));
}

TEST(Verdict, WhatIsNoneIsToldAsSuch) {
  EXPECT_FALSE(read_verdict(answer(500, "")));
  EXPECT_FALSE(read_verdict(answer(409, R"({"number": 1})")));
  EXPECT_FALSE(read_verdict(answer(409, problem(ErrorCode::already_spent, R"(, "height": "9")"))))
      << "in the journal, and not final";
}

TEST(Verdict, IsWrongIfTheLoadDoesNotExpectIt) {
  Made made;
  made.may_fail = {ErrorCode::already_spent};
  EXPECT_EQ(wrong_with({.settled = true}, made, 0), "");
  EXPECT_EQ(wrong_with({.code = ErrorCode::already_spent}, made, 0), "");
  EXPECT_NE(wrong_with({.code = ErrorCode::order_state}, made, 0), "");
  made.may_settle = false;
  EXPECT_NE(wrong_with({.settled = true}, made, 0), "");
}

TEST(Verdict, StaysWhatItWas) {
  const Verdict settled{.settled = true, .height = 7, .first_output_number = 40};
  const auto now = [&](std::string_view outcome, int height, int output) {
    return difference(settled, {},
                      answer(200, R"({"outcome": ")" + std::string(outcome) + R"(", "height": ")" +
                                      std::to_string(height) + R"(", "first_output_number": ")" +
                                      std::to_string(output) + R"("})"));
  };
  EXPECT_EQ(now("settled", 7, 40), "");
  EXPECT_NE(now("rejected", 7, 40), "");
  EXPECT_NE(now("settled", 8, 40), "");
  EXPECT_NE(now("settled", 7, 41), "");
  EXPECT_NE(difference(settled, {}, answer(404, "{}")), "");
}

}  // namespace
}  // namespace tally::fault
