#include "http/problem.hpp"

#include <gtest/gtest.h>

#include "http/json.hpp"

namespace tally::http {
namespace {

TEST(ProblemTest, CarriesEveryMember) {
  Problem problem;
  problem.status = 409;
  problem.number = 301;
  problem.code = "already_spent";
  problem.klass = "conflict";
  problem.retry = "rebuild";
  problem.final = true;
  problem.title = "An input is already spent";
  problem.detail = "by the transaction named";
  problem.index = 2;
  problem.field = "inputs";
  problem.conflicting_txid = "ab";
  problem.retry_after_s = 3;
  const auto response = problem_response(problem);
  EXPECT_EQ(response.status, 409);
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_EQ(find_header(response.headers, "retry-after"), "3");
  EXPECT_EQ(response.body,
            R"({"type":"urn:tally:problem:already_spent","title":"An input is already spent",)"
            R"("status":409,"detail":"by the transaction named","code":"already_spent",)"
            R"("number":301,"class":"conflict","final":true,"retry":"rebuild","index":2,)"
            R"("field":"inputs","conflicting_txid":"ab"})");
}

TEST(ProblemTest, LeavesOutWhatIsNotKnown) {
  const auto body = parse_json_strict(problem_response(HttpError::kRouteNotFound).body);
  ASSERT_TRUE(body.has_value());
  const auto& object = body->as_object();
  EXPECT_EQ(object.size(), 8u);
  EXPECT_EQ(object.at("code"), "route_not_found");
  EXPECT_EQ(object.at("number"), static_cast<int>(HttpError::kRouteNotFound));
  EXPECT_FALSE(object.contains("index"));
}

TEST(ProblemTest, OverloadedSaysWhenToComeBack) {
  const auto response = problem_response(HttpError::kOverloaded);
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(find_header(response.headers, "Retry-After"), "1");
}

TEST(ProblemTest, AStandardsTypeGoesBeforeOurs) {
  Problem problem;
  problem.code = "bad_parameter";
  problem.type = "epcisException:ValidationException";
  const auto body = parse_json_strict(problem_response(problem).body);
  EXPECT_EQ(body->at("type"), "epcisException:ValidationException");
}

TEST(ProblemTest, UnauthorisedNamesTheScheme) {
  Problem problem;
  problem.status = 401;
  EXPECT_EQ(find_header(problem_response(problem).headers, "WWW-Authenticate"), "Bearer");
}

}  // namespace
}  // namespace tally::http
