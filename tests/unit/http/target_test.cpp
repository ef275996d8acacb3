#include "http/target.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tally::http {
namespace {

using testing::ElementsAre;

TEST(TargetTest, SplitsAndDecodes) {
  const auto target = parse_target("/01/09506000134352/21/a%2Fb?x=1%262&y&x=%C3%A9+z");
  ASSERT_TRUE(target.has_value());
  EXPECT_EQ(target->path, "/01/09506000134352/21/a%2Fb");
  EXPECT_THAT(target->segments, ElementsAre("01", "09506000134352", "21", "a/b"));
  ASSERT_EQ(target->query.size(), 3u);
  EXPECT_EQ(target->query[0].value, "1&2");
  EXPECT_EQ(target->query[1].name, "y");
  EXPECT_EQ(target->query[1].value, "");
  EXPECT_EQ(target->query[2].value, "é+z");
}

TEST(TargetTest, SlashesAreSegments) {
  EXPECT_THAT(parse_target("/")->segments, ElementsAre(""));
  EXPECT_THAT(parse_target("/a/")->segments, ElementsAre("a", ""));
  EXPECT_THAT(parse_target("//a")->segments, ElementsAre("", "a"));
  EXPECT_TRUE(parse_target("/?")->query.empty());
}

TEST(TargetTest, RefusesWhatCouldBeReadTwoWays) {
  for (const auto* raw :
       {"",       "*",     "a",       "http://host/", "/%",         "/%1",    "/%zz", "/%00",
        "/%0a",   "/%7f",  "/%ff",    "/%c0%af",      "/%ed%a0%80", "/.",     "/..",  "/a/%2e%2e/b",
        "/%2E",   "/a\"b", "/a<b",    "/a\\b",        "/a^b",       "/a|b",   "/a#b", "/\xc3\xa9",
        "/?a=\"", "/?=1",  "/?a=%0d", "/?a&",         "/?&a",       "/?a=[1]"}) {
    const auto target = parse_target(raw);
    ASSERT_FALSE(target.has_value()) << raw;
    EXPECT_EQ(target.error(), HttpError::kTargetInvalid);
  }
}

TEST(TargetTest, CapsSegmentsAndItems) {
  std::string path;
  for (std::size_t i = 0; i < kTargetSegmentsMax; ++i) path += "/a";
  EXPECT_TRUE(parse_target(path).has_value());
  EXPECT_FALSE(parse_target(path + "/a").has_value());
  std::string query = "/?a";
  for (std::size_t i = 1; i < kTargetQueryItemsMax; ++i) query += "&a";
  EXPECT_TRUE(parse_target(query).has_value());
  EXPECT_FALSE(parse_target(query + "&a").has_value());
}

TEST(TargetTest, Utf8) {
  for (const auto* text : {"", "abc", "é", "€", "😀", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(is_utf8(text)) << text;
  }
  for (const auto* text : {"\x80", "\xc3", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80", "\xe2\x82",
                           "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80"}) {
    EXPECT_FALSE(is_utf8(text));
  }
}

}  // namespace
}  // namespace tally::http
