#include "client/url.hpp"

#include <gtest/gtest.h>

namespace tally::client {
namespace {

TEST(UrlTest, ParsesSchemesHostsAndPorts) {
  const auto plain = parse_url("http://node.example:8080/v1/items?x=1");
  ASSERT_TRUE(plain.has_value());
  EXPECT_FALSE(plain->tls);
  EXPECT_EQ(plain->host, "node.example");
  EXPECT_EQ(plain->port, 8080);
  EXPECT_EQ(plain->target, "/v1/items?x=1");
  EXPECT_EQ(plain->authority(), "node.example:8080");
  const auto secure = parse_url("wss://[2001:db8::1]?q");
  ASSERT_TRUE(secure.has_value());
  EXPECT_TRUE(secure->tls);
  EXPECT_EQ(secure->port, 443);
  EXPECT_EQ(secure->target, "/?q");
  EXPECT_EQ(secure->authority(), "[2001:db8::1]");
  EXPECT_EQ(parse_url("ws://[::1]:99")->port, 99);
  EXPECT_EQ(parse_url("https://a")->target, "/");
}

TEST(UrlTest, RefusesWhatIsNotOne) {
  for (const auto* text : {"", "a", "ftp://a", "http://", "http:///x", "http://a:", "http://a:0",
                           "http://a:65536", "http://a:x", "http://u@a", "http://a/#f",
                           "http://a b", "http://[::1", "http://a/\r\nX: y"}) {
    EXPECT_FALSE(parse_url(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace tally::client
