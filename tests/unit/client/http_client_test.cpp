#include "client/http_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/websocket_client.hpp"
#include "tests/unit/client/tls_files.hpp"
#include "tests/unit/http/raw_client.hpp"
#include "tests/unit/http/sample_server.hpp"

namespace tally::client {
namespace {

using http::SampleServer;

TEST(HttpClientTest, GetsPostsAndKeepsTheConnection) {
  SampleServer sample;
  auto client = HttpClient::open(sample.url());
  ASSERT_TRUE(client.has_value());
  const auto hello = client->get("/hello/you");
  ASSERT_TRUE(hello.has_value());
  EXPECT_EQ(hello->status, 200);
  EXPECT_EQ(hello->body, "hello you");
  EXPECT_EQ(hello->header("CONTENT-TYPE"), "text/plain");
  EXPECT_TRUE(client->connected());
  EXPECT_EQ(client->post("/echo", "application/octet-stream", std::string("a\0b", 3))->body,
            std::string("a\0b", 3));
  EXPECT_EQ(client->post("/echo", "text/plain", "")->status, 200);
  EXPECT_EQ(client->request("HEAD", "/hello/you", "", "")->body, "");
  EXPECT_EQ(client->get("/count/3")->body, "3;2;1;0;");
  EXPECT_EQ(client->get("/nothing")->status, 404);
  EXPECT_EQ(sample.server->connections(), 1u);
  // The server closes after this one; the next request opens a connection of its own.
  EXPECT_EQ(client->get("/hello/a", {{"Connection", "close"}})->body, "hello a");
  EXPECT_FALSE(client->connected());
  EXPECT_EQ(client->get("/hello/b")->body, "hello b");
}

TEST(HttpClientTest, Pipelines) {
  SampleServer sample;
  auto client = HttpClient::open(sample.url());
  std::string encoded;
  for (int i = 0; i < 50; ++i) {
    encoded += client->encode("GET", "/hello/" + std::to_string(i), "", "");
  }
  ASSERT_TRUE(client->send(encoded).has_value());
  for (int i = 0; i < 50; ++i) {
    const auto answer = client->receive();
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->body, "hello " + std::to_string(i));
  }
}

TEST(HttpClientTest, SaysWhatWentWrong) {
  EXPECT_EQ(HttpClient::open("nonsense").error(), ClientError::kUrlInvalid);
  std::uint16_t free_port = 0;
  {
    SampleServer sample;
    free_port = sample.port();
  }
  auto nobody = HttpClient::open("http://127.0.0.1:" + std::to_string(free_port));
  EXPECT_EQ(nobody->get("/").error(), ClientError::kConnect);

  SampleServer sample;
  ClientOptions hasty;
  hasty.io_ms_max = 30;
  auto waiting = HttpClient::open(sample.url(), hasty);
  EXPECT_EQ(waiting->post("/park", "text/plain", "x").error(), ClientError::kTimeout);
  EXPECT_FALSE(waiting->connected());
  ClientOptions small;
  small.response_bytes_max = 5;
  auto client = HttpClient::open(sample.url(), small);
  EXPECT_EQ(client->get("/hello/you").error(), ClientError::kTooLarge);
  EXPECT_EQ(client->get("/count/-1").error(), ClientError::kClosed);
  EXPECT_EQ(client->receive().error(), ClientError::kClosed);
  sample.parked.clear();
}

TEST(HttpClientTest, SpeaksTls13WithATrustedServer) {
  const TlsTestFiles files;
  http::ServerOptions options;
  options.tls = http::TlsFiles{files.certificate(), files.private_key()};
  SampleServer sample(std::move(options));
  ClientOptions trusting;
  trusting.ca_file = files.certificate();
  auto client = HttpClient::open(sample.url("https"), trusting);
  const auto hello = client->get("/hello/you");
  ASSERT_TRUE(hello.has_value());
  EXPECT_EQ(hello->body, "hello you");
  EXPECT_TRUE(hello->header("Strict-Transport-Security").has_value());
  const std::string large(90000, 'x');
  EXPECT_EQ(client->post("/echo", "text/plain", large)->body, large);
  EXPECT_EQ(client->get("/hello/a", {{"Connection", "close"}})->body, "hello a");

  auto socket = WebSocketClient::connect(sample.url("wss") + "/stream", trusting);
  ASSERT_TRUE(socket.has_value());
  ASSERT_TRUE(socket->send("hi").has_value());
  EXPECT_EQ(socket->read(20000), "echo hi");
  socket->close();

  auto stranger = HttpClient::open(sample.url("https"));
  EXPECT_EQ(stranger->get("/hello/you").error(), ClientError::kTls);
  auto plain = HttpClient::open(sample.url("http"));
  EXPECT_EQ(plain->get("/hello/you").error(), ClientError::kClosed);
}

TEST(HttpClientTest, TheServerRefusesOlderTls) {
  const TlsTestFiles files;
  http::ServerOptions options;
  options.tls = http::TlsFiles{files.certificate(), files.private_key()};
  SampleServer sample(std::move(options));
  // A TLS 1.2 ClientHello with one cipher and no supported_versions extension.
  const std::string hello("\x16\x03\x01\x00\x2f\x01\x00\x00\x2b\x03\x03", 11);
  http::RawClient client(sample.port());
  client.send(hello + std::string(32, 'r') + std::string("\x00\x00\x02\xc0\x2f\x01\x00", 7) +
              std::string("\x00\x00", 2));
  const auto answer = client.read_all();
  ASSERT_GE(answer.size(), 7u);
  EXPECT_EQ(answer[0], 0x15);  // an alert
  EXPECT_EQ(answer[6], 70);    // protocol_version
}

TEST(HttpClientTest, TheServerRefusesBadTlsFiles) {
  const TlsTestFiles files;
  const auto start_error = [](const std::string& certificate, const std::string& key) {
    http::Metrics metrics;
    http::ServerOptions options;
    options.listen.push_back({"127.0.0.1", 0, true});
    options.tls = http::TlsFiles{certificate, key};
    http::Server server(std::move(options), http::Router(), metrics);
    return server.start().error().error;
  };
  EXPECT_EQ(start_error("/nonexistent", files.private_key()), http::StartError::kTlsInvalid);
  EXPECT_EQ(start_error(files.certificate(), files.certificate()), http::StartError::kTlsInvalid);
}

}  // namespace
}  // namespace tally::client
