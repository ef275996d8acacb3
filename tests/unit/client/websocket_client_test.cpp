#include "client/websocket_client.hpp"

#include <gtest/gtest.h>

#include "tests/unit/http/sample_server.hpp"

namespace tally::client {
namespace {

TEST(WebSocketClientTest, SaysWhatWentWrong) {
  EXPECT_EQ(WebSocketClient::connect("nonsense").error(), ClientError::kUrlInvalid);
  http::SampleServer sample;
  EXPECT_EQ(WebSocketClient::connect(sample.url("ws") + "/hello/a").error(), ClientError::kRefused);
}

TEST(WebSocketClientTest, ReadsOnAfterATimeoutAndEndsAfterAClose) {
  http::SampleServer sample;
  auto client = WebSocketClient::connect(sample.url("ws") + "/stream");
  ASSERT_TRUE(client.has_value());
  EXPECT_EQ(client->read(1).error(), ClientError::kTimeout);
  EXPECT_EQ(client->read(0).error(), ClientError::kTimeout);
  ASSERT_TRUE(client->send("a").has_value());
  EXPECT_EQ(client->read(20000), "echo a");
  client->close();
  EXPECT_EQ(client->send("b").error(), ClientError::kClosed);
  EXPECT_EQ(client->read(1).error(), ClientError::kClosed);
}

}  // namespace
}  // namespace tally::client
