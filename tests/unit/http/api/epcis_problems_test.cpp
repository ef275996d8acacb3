#include "http/api/epcis_problems.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "http/api/problems.hpp"

namespace tally::http {
namespace {

TEST(EpcisProblems, TheTypeFollowsTheStatus) {
  const std::pair<int, std::string_view> rows[] = {
      {400, "epcisException:ValidationException"},
      {401, "epcisException:SecurityException"},
      {403, "epcisException:SecurityException"},
      {404, "epcisException:NoSuchResourceException"},
      {406, "epcisException:NotAcceptableException"},
      {413, "epcisException:CaptureLimitExceededException"},
      {415, "epcisException:UnsupportedMediaTypeException"},
      {500, "epcisException:ImplementationException"},
      {503, "epcisException:ImplementationException"}};
  for (const auto& [status, type] : rows) {
    Problem problem;
    problem.status = status;
    EXPECT_EQ(as_epcis(problem).type, type);
  }
  EXPECT_EQ(query_parameter_problem("perPage", "x").type, "epcisException:QueryParameterException");
  EXPECT_EQ(query_parameter_problem("perPage", "x").field, "perPage");
  EXPECT_EQ(no_such_resource().status, 404);
}

TEST(EpcisProblems, ADocumentsFaultSaysCodeAndPlace) {
  const auto problem =
      document_problem({epcis::DocumentError::bad_time, std::nullopt, "/creationDate"});
  EXPECT_EQ(problem.status, 400);
  EXPECT_EQ(problem.code, "bad_time");
  EXPECT_EQ(problem.number, 305u);
  EXPECT_EQ(problem.field, "/creationDate");
  EXPECT_EQ(document_problem({epcis::DocumentError::too_many_events, {}, ""}).status, 413);
}

TEST(EpcisProblems, AJobsErrorSaysWhichEventWhichFieldWhy) {
  const auto error = error_json({308, 12, "/epcisBody/eventList/12/bizStep"});
  EXPECT_EQ(error.at("event"), 12);
  EXPECT_EQ(error.at("field"), "/epcisBody/eventList/12/bizStep");
  EXPECT_EQ(error.at("code"), "unknown_word");
  EXPECT_EQ(error.at("number"), 308);
  EXPECT_EQ(error.at("type"), "epcisException:ValidationException");
  EXPECT_EQ(error_json({2004, 0, ""}).at("type"), "epcisException:SecurityException");
  EXPECT_EQ(error_json({501, 0, ""}).at("type"), "epcisException:ImplementationException");
  EXPECT_TRUE(error_json({102, std::nullopt, ""}).at("event").is_null());
}

}  // namespace
}  // namespace tally::http
