#include "http/wire.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tally::http {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string print(const Response& response, const WireContext& context = {}) {
  std::string out;
  append_response(out, response, context);
  return out;
}

TEST(WireTest, WritesTheBodyWithItsLength) {
  const auto out = print(text_response(200, "text/plain", "hello"), {.date = "Date: x\r\n"});
  EXPECT_THAT(out, StartsWith("HTTP/1.1 200 OK\r\nDate: x\r\nCache-Control: no-store\r\n"));
  EXPECT_THAT(out, HasSubstr("X-Content-Type-Options: nosniff\r\n"));
  EXPECT_THAT(out, HasSubstr("Content-Type: text/plain\r\nContent-Length: 5\r\n"));
  EXPECT_THAT(out, EndsWith("\r\n\r\nhello"));
  EXPECT_THAT(out, Not(HasSubstr("Access-Control")));
}

TEST(WireTest, HeadHasTheLengthAndNoBody) {
  const auto out = print(text_response(200, "text/plain", "hello"), {.head_only = true});
  EXPECT_THAT(out, HasSubstr("Content-Length: 5\r\n"));
  EXPECT_THAT(out, EndsWith("\r\n\r\n"));
}

TEST(WireTest, RoutesOverrideTheDefaults) {
  const auto out = print(text_response(200, "text/html", "").with("cache-control", "max-age=9"));
  EXPECT_THAT(out, HasSubstr("cache-control: max-age=9\r\n"));
  EXPECT_THAT(out, Not(HasSubstr("no-store")));
}

TEST(WireTest, ValuesCannotSplitTheAnswer) {
  const auto out = print(text_response(200, "", "").with("X", "a\r\nSet-Cookie: b"));
  EXPECT_THAT(out, HasSubstr("X: a  Set-Cookie: b\r\n"));
}

TEST(WireTest, ConnectionAndOrigin) {
  EXPECT_THAT(print({}, {.keep_alive = false}), HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(print({}, {.minor_version = 0}), HasSubstr("Connection: keep-alive\r\n"));
  EXPECT_THAT(print({}, {.is_public = true}), HasSubstr("Access-Control-Allow-Origin: *\r\n"));
  EXPECT_THAT(print({}, {.secure = true}), HasSubstr("Strict-Transport-Security"));
  EXPECT_THAT(print({.status = 204}), Not(HasSubstr("Content-Length")));
}

TEST(WireTest, Chunks) {
  std::string out;
  append_chunk(out, std::string(26, 'x'), true);
  append_chunk(out, "", true);
  append_last_chunk(out, true);
  EXPECT_EQ(out, "1a\r\n" + std::string(26, 'x') + "\r\n0\r\n\r\n");
  out.clear();
  append_chunk(out, "abc", false);
  append_last_chunk(out, false);
  EXPECT_EQ(out, "abc");
}

}  // namespace
}  // namespace tally::http
