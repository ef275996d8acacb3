#include "http/json.hpp"

#include <gtest/gtest.h>

namespace tally::http {
namespace {

using enum JsonError;

TEST(JsonTest, ParsesWhatIsStrict) {
  const auto value = parse_json_strict(
      R"( {"a": [1, -2.5, "x\u00e9", true, null], "b": {"a": 9007199254740992}} )");
  ASSERT_TRUE(value.has_value());
  EXPECT_EQ(value->at("a").as_array().size(), 5u);
  EXPECT_EQ(value->at("b").at("a").as_int64(), 9007199254740992);
  EXPECT_EQ(value->at("a").as_array()[2].as_string(), "xé");
  EXPECT_TRUE(parse_json_strict("3").has_value());
  EXPECT_TRUE(parse_json_strict("1e3").has_value());
}

struct Bad {
  std::string_view text;
  JsonError error;
};

class JsonBad : public testing::TestWithParam<Bad> {};

TEST_P(JsonBad, IsRefused) {
  JsonLimits limits;
  limits.depth_max = 3;
  limits.keys_max = 2;
  limits.bytes_max = 64;
  const auto value = parse_json_strict(GetParam().text, limits);
  ASSERT_FALSE(value.has_value()) << GetParam().text;
  EXPECT_EQ(value.error().error, GetParam().error) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Table, JsonBad,
    testing::Values(
        Bad{"", kSyntax}, Bad{"{", kSyntax}, Bad{"{} x", kSyntax}, Bad{"[1,]", kSyntax},
        Bad{"// c\n1", kSyntax}, Bad{"'a'", kSyntax}, Bad{"01", kSyntax}, Bad{"NaN", kSyntax},
        Bad{"\"\xff\"", kSyntax}, Bad{"\"\\ud800\"", kSyntax}, Bad{"\"\n\"", kSyntax},
        Bad{R"({"a":1,"a":2})", kDuplicateKey}, Bad{R"({"a":1,"\u0061":2})", kDuplicateKey},
        Bad{R"([{"b":{"a":1,"a":1}}])", kDuplicateKey}, Bad{R"({"a":1,"b":2,"c":3})", kTooManyKeys},
        Bad{"[[[[1]]]]", kTooDeep}, Bad{"9007199254740993", kNumberRange},
        Bad{"-9007199254740993", kNumberRange}, Bad{"18446744073709551615", kNumberRange},
        Bad{"99999999999999999999999", kNumberRange}, Bad{"1e400", kNumberRange},
        Bad{"1e17", kNumberRange},
        Bad{"\"0123456789012345678901234567890123456789012345678901234567890123\"", kTooLarge}));

TEST(JsonTest, FaultsBecomeProblems) {
  const auto duplicate = parse_json_strict(R"({"a":1,"a":2})");
  ASSERT_FALSE(duplicate.has_value());
  const auto problem = problem_of(duplicate.error());
  EXPECT_EQ(problem.status, 400);
  EXPECT_EQ(problem.code, "json_invalid");
  EXPECT_EQ(problem.field, "a");
  EXPECT_EQ(problem_of(JsonFault{kTooLarge, 0, {}}).status, 413);
}

TEST(JsonTest, LargeNumbersTravelAsStrings) {
  EXPECT_EQ(json_response(200, {{"amount", json_number(18446744073709551615u)}}).body,
            R"({"amount":"18446744073709551615"})");
}

}  // namespace
}  // namespace tally::http
