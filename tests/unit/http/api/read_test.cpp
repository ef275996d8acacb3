#include "http/api/read.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace tally::http {
namespace {

Request with_query(std::string name, std::string value) {
  Request request;
  request.query.push_back({std::move(name), std::move(value)});
  return request;
}

Request with_body(std::string_view text, std::string type = "application/json") {
  Request request;
  request.body.assign(text.begin(), text.end());
  request.headers.push_back({"content-type", std::move(type)});
  return request;
}

TEST(ReadTest, TakesNumbersInPlainDigitsOnly) {
  EXPECT_EQ(parse_number("0"), 0u);
  EXPECT_EQ(parse_number("18446744073709551615"), UINT64_MAX);
  for (const auto* text :
       {"", "-1", "+1", " 1", "1 ", "1.0", "0x10", "1e3", "18446744073709551616"}) {
    EXPECT_EQ(parse_number(text), std::nullopt) << text;
  }
  EXPECT_EQ(number_parameter({}, "height", 7).value(), 7u);
  EXPECT_EQ(number_parameter(with_query("height", "9"), "height", 7).value(), 9u);
  const auto wrong = number_parameter(with_query("height", "nine"), "height", 7);
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, "bad_parameter");
  EXPECT_EQ(wrong.error().field, "height");
}

TEST(ReadTest, TakesFlagsAsWords) {
  EXPECT_FALSE(flag_parameter({}, "open").value());
  EXPECT_FALSE(flag_parameter(with_query("open", "false"), "open").value());
  EXPECT_TRUE(flag_parameter(with_query("open", "true"), "open").value());
  for (const auto* text : {"", "1", "yes", "TRUE"}) {
    EXPECT_EQ(flag_parameter(with_query("open", text), "open").error().field, "open") << text;
  }
}

TEST(ReadTest, TakesAPageFromTheQuery) {
  EXPECT_EQ(page_request({}).value().limit, views::PageRequest{}.limit);
  auto request = with_query("limit", "3");
  request.query.push_back({"cursor", "abc"});
  const auto page = page_request(request);
  ASSERT_TRUE(page);
  EXPECT_EQ(page->limit, 3u);
  EXPECT_EQ(page->cursor, "abc");
  EXPECT_EQ(page_request(with_query("limit", "many")).error().field, "limit");
}

TEST(ReadTest, RefusesBodiesThatAreNotTheObjectAskedFor) {
  struct Row {
    std::string_view body;
    std::string type;
    std::string code;
  };
  const Row rows[] = {
      {R"({"a": 1})", "text/plain", "unsupported_media_type"},
      {R"({"a": )", "application/json", "json_invalid"},
      {R"({"a": 1, "a": 2})", "application/json", "json_invalid"},
      {R"([1])", "application/json", "not_json"},
      {R"({"a": 1, "c": 2})", "application/json", "bad_parameter"},
      {R"({"a": 1, "b": 2})", "application/json; charset=utf-8", ""},
      {R"({})", "application/json", ""},
  };
  for (const auto& row : rows) {
    const auto object = body_object(with_body(row.body, row.type), {"a", "b"});
    EXPECT_EQ(object ? "" : object.error().code, row.code) << row.body;
  }
}

TEST(ReadTest, TakesMembersByType) {
  const auto object =
      boost::json::parse(R"({"s": "x", "n": 5, "d": "18446744073709551615", "m": -1, "f": 1.5})")
          .as_object();
  EXPECT_EQ(text_member(object, "s").value(), "x");
  EXPECT_EQ(text_member(object, "n").error().field, "n");
  EXPECT_EQ(text_member(object, "none").error().field, "none");
  EXPECT_EQ(number_member(object, "n").value(), 5u);
  EXPECT_EQ(number_member(object, "d").value(), UINT64_MAX);
  for (const auto* name : {"s", "m", "f", "none"}) {
    EXPECT_EQ(number_member(object, name).error().field, name);
  }
}

}  // namespace
}  // namespace tally::http
