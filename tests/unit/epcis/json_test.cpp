#include "epcis/json.hpp"

#include <gtest/gtest.h>

namespace tally::epcis {
namespace {

TEST(Json, KeepsOrderAndDigits) {
  const std::string_view text = R"({"b":1.50,"a":[-0,1e3,123456789012345678901234567890],)"
                                R"("\u00e9\n":"\"\\\u20ac","t":true,"n":null})";
  const auto json = parse_json(text);
  ASSERT_TRUE(json);
  EXPECT_EQ(print_json(*json),
            "{\"b\":1.50,\"a\":[-0,1e3,123456789012345678901234567890],\"\xc3\xa9\\n\":"
            "\"\\\"\\\\\xe2\x82\xac\",\"t\":true,\"n\":null}");
  EXPECT_EQ(parse_json(print_json(*json)), *json);
  EXPECT_EQ(json->find("b")->text, "1.50");
  EXPECT_EQ(json->find("c"), nullptr);
  EXPECT_EQ(json->find("b")->find("x"), nullptr);
}

TEST(Json, MemberOrderDoesNotMatterForEquality) {
  EXPECT_EQ(*parse_json(R"({"a":1,"b":[1,2]})"), *parse_json(R"({"b":[1,2],"a":1})"));
  EXPECT_FALSE(*parse_json(R"([1,2])") == *parse_json(R"([2,1])"));
  EXPECT_FALSE(*parse_json(R"({"a":1})") == *parse_json(R"({"a":"1"})"));
}

struct Row {
  std::string text;
  JsonError code;
  std::string_view pointer;
};

TEST(Json, RefusesWithPlace) {
  const JsonLimits limits{64, 3, 10, 8};
  const Row rows[] = {
      {std::string(65, ' '), JsonError::too_large, ""},
      {"", JsonError::syntax, ""},
      {"{", JsonError::syntax, ""},
      {"1 2", JsonError::syntax, ""},
      {"[1,]", JsonError::syntax, "/0"},
      {"{\"a\":{\"b~/\":[1,x]}}", JsonError::syntax, "/a/b~0~1/0"},
      {"NaN", JsonError::syntax, ""},
      {"\"\xff\"", JsonError::syntax, ""},
      {"\"\\ud800\"", JsonError::syntax, ""},
      {"[[[[]]]]", JsonError::too_deep, "/0/0"},
      {"[1,2,3,4,5,6,7,8,9,10]", JsonError::too_many, "/8"},
      {R"({"a":1,"b":2,"a":1})", JsonError::duplicate_name, "/a"},
      {R"({"x":[{"a":1,"\u0061":1}]})", JsonError::duplicate_name, "/x/0/a"},
      {R"(["123456789"])", JsonError::string_too_long, ""},
      {R"({"123456789":1})", JsonError::string_too_long, ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.text);
    const auto json = parse_json(row.text, limits);
    ASSERT_FALSE(json);
    EXPECT_EQ(json.error().code, row.code);
    EXPECT_EQ(json.error().pointer, row.pointer);
  }
}

TEST(Json, BoundariesAreTaken) {
  const JsonLimits limits{64, 3, 10, 8};
  EXPECT_TRUE(parse_json("[[[1]]]", limits));
  EXPECT_TRUE(parse_json("[1,2,3,4,5,6,7,8,9]", limits));
  EXPECT_TRUE(parse_json(R"({"12345678":"12345678"})", limits));
  EXPECT_TRUE(parse_json(std::string(63, ' ') + "1", limits));
}

TEST(Json, ADepthBombCostsNothing) {
  const auto json = parse_json(std::string(1 << 20, '['));
  ASSERT_FALSE(json);
  EXPECT_EQ(json.error().code, JsonError::too_deep);
}

}  // namespace
}  // namespace tally::epcis
