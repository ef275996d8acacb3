// WebSocket over real sockets: with this project's client, and with raw bytes where it is too
// polite.
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/websocket_client.hpp"
#include "tests/unit/http/raw_client.hpp"
#include "tests/unit/http/sample_server.hpp"

namespace tally::http {
namespace {

using client::ClientError;
using client::WebSocketClient;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::uint32_t kWaitMs = 20000;

constexpr std::string_view kHandshake =
    "GET /stream HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

TEST(WebSocketTest, EchoesAndPushes) {
  SampleServer sample;
  auto client = WebSocketClient::connect(sample.url("ws") + "/stream");
  ASSERT_TRUE(client.has_value());
  ASSERT_TRUE(client->send("hi").has_value());
  EXPECT_EQ(client->read(kWaitMs), "echo hi");
  const auto peer = sample.first_peer();
  EXPECT_TRUE(peer->send("pushed 1", "1"));
  EXPECT_TRUE(peer->send("pushed 2", "2"));
  EXPECT_EQ(client->read(kWaitMs), "pushed 1");
  EXPECT_EQ(client->read(kWaitMs), "pushed 2");
  EXPECT_EQ(client->read(1).error(), ClientError::kTimeout);
  EXPECT_TRUE(peer->send("pushed 3", "3"));
  EXPECT_EQ(client->read(kWaitMs), "pushed 3");
  client->close();
  while (peer->send("x", "4"))
    std::this_thread::yield();  // ends once the server has seen the close
}

TEST(WebSocketTest, TheServerClosesAfterWhatIsQueued) {
  SampleServer sample;
  auto client = WebSocketClient::connect(sample.url("ws") + "/stream");
  ASSERT_TRUE(client.has_value());
  const auto peer = sample.first_peer();
  EXPECT_TRUE(peer->send("last", "7"));
  peer->close(4000, "done");
  EXPECT_FALSE(peer->send("too late", "8"));
  EXPECT_EQ(client->read(kWaitMs), "last");
  EXPECT_EQ(client->read(kWaitMs).error(), ClientError::kClosed);
  EXPECT_EQ(client->close_code(), 4000);
  EXPECT_EQ(client->close_reason(), "done");
}

TEST(WebSocketTest, ASlowReaderIsCutOffWithItsCursor) {
  SampleServer sample;
  auto client = WebSocketClient::connect(sample.url("ws") + "/stream");
  ASSERT_TRUE(client.has_value());
  const auto peer = sample.first_peer();
  const std::string filler(20000, 'x');
  int sent = 0;
  while (peer->send(std::to_string(sent) + filler, std::to_string(sent))) ++sent;
  EXPECT_LE(peer->queued(), WebSocketLimits{}.queue_messages_max);
  int last = -1;
  while (auto message = client->read(kWaitMs)) {
    ASSERT_THAT(*message, StartsWith(std::to_string(last + 1) + "x"));  // no gap
    ++last;
  }
  EXPECT_LT(last, sent);
  EXPECT_EQ(client->close_code(), kCloseSlowReader);
  EXPECT_EQ(client->close_reason(), "cursor=" + (last < 0 ? "" : std::to_string(last)));
}

TEST(WebSocketTest, ALargeMessageFromTheClientClosesIt) {
  ServerOptions options;
  options.websocket.message_bytes_max = 100;
  SampleServer sample(std::move(options));
  auto client = WebSocketClient::connect(sample.url("ws") + "/stream");
  ASSERT_TRUE(client.has_value());
  ASSERT_TRUE(client->send(std::string(101, 'x')).has_value());
  EXPECT_EQ(client->read(kWaitMs).error(), ClientError::kClosed);
  EXPECT_EQ(client->close_code(), 1009);
}

TEST(WebSocketTest, ASilentPeerIsCutOff) {
  ServerOptions options;
  options.websocket.idle_ms = 100;
  SampleServer sample(std::move(options));
  RawClient client(sample.port());
  client.send(kHandshake);
  EXPECT_THAT(client.read_all(), StartsWith("HTTP/1.1 101 "));  // pings come, no pong goes
  EXPECT_TRUE(client.closed());
}

TEST(WebSocketTest, StoppingSaysGoingAway) {
  SampleServer sample;
  auto client = WebSocketClient::connect(sample.url("ws") + "/stream");
  ASSERT_TRUE(client.has_value());
  sample.first_peer();
  std::thread stopper([&] { sample.server->stop(std::chrono::seconds(20)); });
  EXPECT_EQ(client->read(kWaitMs).error(), ClientError::kClosed);
  EXPECT_EQ(client->close_code(), 1001);
  stopper.join();
}

TEST(WebSocketTest, RefusesBadHandshakes) {
  SampleServer sample;
  EXPECT_EQ(WebSocketClient::connect(sample.url("ws") + "/stream?refuse=1").error(),
            ClientError::kRefused);
  EXPECT_EQ(WebSocketClient::connect(sample.url("ws") + "/nothing").error(), ClientError::kRefused);
  const auto ask = [&](std::string_view from, std::string_view to) {
    std::string bytes(kHandshake);
    bytes.replace(bytes.find(from), from.size(), to);
    RawClient client(sample.port());
    client.send(bytes);
    return client.read_until("\r\n\r\n");
  };
  EXPECT_THAT(ask("Version: 13", "Version: 12"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(ask("dGhlIHNhbXBsZSBub25jZQ==", "c2hvcnQ="), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(ask("\r\n\r\n", "\r\n\r\nearly"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(ask("Connection: Upgrade", "Connection: close"), StartsWith("HTTP/1.1 426 "));
  EXPECT_THAT(ask("", ""), HasSubstr("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
}

}  // namespace
}  // namespace tally::http
