#include "cli/failure.hpp"

#include <gtest/gtest.h>

#include "cli/node.hpp"

namespace tally::cli {
namespace {

struct Row {
  std::string_view error_class;
  int exit;
};

class ExitCodes : public testing::TestWithParam<Row> {};

TEST_P(ExitCodes, FollowTheErrorClass) {
  const auto [error_class, exit] = GetParam();
  EXPECT_EQ(static_cast<int>(exit_code_of(error_class)), exit);
  const auto body = std::string(R"({"code":"some_code","title":"Some title","class":")") +
                    std::string(error_class) + R"(","detail":"d","figure":"7"})";
  const auto failure = failure_of_problem(body, 422);
  EXPECT_EQ(static_cast<int>(failure.exit), exit);
  EXPECT_EQ(failure.code, "some_code");
  EXPECT_EQ(failure.message, "Some title: d [7]");
  EXPECT_EQ(failure.problem, body);
}

INSTANTIATE_TEST_SUITE_P(All, ExitCodes,
                         testing::Values(Row{"malformed", 3}, Row{"unauthorised", 4},
                                         Row{"conflict", 5}, Row{"rule", 6}, Row{"expired", 7},
                                         Row{"not_found", 8}, Row{"overloaded", 9},
                                         Row{"internal", 10}, Row{"of another age", 10}));

TEST(ExitCodes, HelpNamesThemAll) {
  const auto help = exit_codes_help();
  for (const auto* name : {"0 ok", "2 usage", "3 malformed", "4 unauthorised", "5 conflict",
                           "6 rule", "7 expired", "8 not_found", "9 overloaded", "10 internal"}) {
    EXPECT_NE(help.find(name), std::string_view::npos) << name;
  }
}

TEST(FailureOfProblem, AnAnswerThatIsNoneIsInternal) {
  for (const auto* body : {"", "<html>", "[]", "{}", R"({"code":7})"}) {
    const auto failure = failure_of_problem(body, 502);
    EXPECT_EQ(failure.exit, ExitCode::kInternal) << body;
    EXPECT_EQ(failure.code, "bad_answer") << body;
  }
}

}  // namespace
}  // namespace tally::cli
