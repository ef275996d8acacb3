#include "http/head.hpp"

#include <gtest/gtest.h>

namespace tally::http {
namespace {

using enum HttpError;

// Scans and judges one head as a session does. `block` is all that arrives.
std::expected<Head, HttpError> judge(std::string_view block, const HeadLimits& limits = {}) {
  HeadScanner scanner(limits);
  const auto size = scanner.scan(block);
  if (!size) return std::unexpected(size.error());
  if (!*size) ADD_FAILURE() << "the head does not end";
  return parse_head(block.substr(0, size->value_or(0)), limits);
}

struct Attack {
  std::string_view what;
  std::string_view block;
  HttpError error;
};

class HeadAttack : public testing::TestWithParam<Attack> {};

TEST_P(HeadAttack, IsRefused) {
  const auto head = judge(GetParam().block);
  ASSERT_FALSE(head.has_value()) << GetParam().what;
  EXPECT_EQ(head.error(), GetParam().error) << GetParam().what;
}

#define POST_HOST "POST / HTTP/1.1\r\nHost: a\r\n"

// One row for each way that trust.md lists, and their neighbours. What Boost 1.81 accepted is
// marked.
INSTANTIATE_TEST_SUITE_P(
    Table, HeadAttack,
    testing::Values(
        // The request line.
        Attack{"no target", "GET HTTP/1.1\r\n\r\n", kRequestLineInvalid},
        Attack{"two spaces", "GET  / HTTP/1.1\r\n\r\n", kRequestLineInvalid},
        Attack{"a space in the target", "GET /a b HTTP/1.1\r\n\r\n", kRequestLineInvalid},
        Attack{"empty first line", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", kRequestLineInvalid},
        Attack{"lower-case version", "GET / http/1.1\r\n\r\n", kRequestLineInvalid},
        Attack{"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\n", kVersion},
        Attack{"HTTP/1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", kVersion},
        Attack{"unknown method", "BREW / HTTP/1.1\r\nHost: a\r\n\r\n", kMethodUnknown},
        Attack{"method in lower case", "get / HTTP/1.1\r\nHost: a\r\n\r\n", kMethodUnknown},
        Attack{"TLS on a plain port", "\x16\x03\x01", kHeaderValue},
        // Line endings.
        Attack{"bare LF after the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n", kLineEnding},
        Attack{"bare LF after a field", "GET / HTTP/1.1\r\nHost: a\n\r\n", kLineEnding},
        Attack{"bare CR in a field", "GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", kLineEnding},
        Attack{"NUL in a field", std::string_view("GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n", 28),
               kHeaderValue},
        Attack{"DEL in a field", "GET / HTTP/1.1\r\nHost: a\x7f\r\n\r\n", kHeaderValue},
        // Fields.
        Attack{"obs-fold (accepted by Boost)", "GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", kObsFold},
        Attack{"obs-fold with a tab", "GET / HTTP/1.1\r\nHost: a\r\n\tb\r\n\r\n", kObsFold},
        Attack{"fold before any field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", kObsFold},
        Attack{"no colon", "GET / HTTP/1.1\r\nHost a\r\n\r\n", kHeaderName},
        Attack{"no name", "GET / HTTP/1.1\r\n: a\r\n\r\n", kHeaderName},
        Attack{"space before the colon", POST_HOST "Content-Length : 5\r\n\r\n", kHeaderName},
        Attack{"two Content-Type", POST_HOST "Content-Type: a/b\r\nContent-Type: c/d\r\n\r\n",
               kHeaderDuplicate},
        Attack{"two Authorization", POST_HOST "Authorization: a\r\nauthorization: b\r\n\r\n",
               kHeaderDuplicate},
        // Host.
        Attack{"no Host (accepted by Boost)", "GET / HTTP/1.1\r\n\r\n", kHostMissing},
        Attack{"no Host on 1.0", "GET / HTTP/1.0\r\n\r\n", kHostMissing},
        Attack{"two Host (accepted by Boost)", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
               kHostMissing},
        Attack{"empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", kHostInvalid},
        Attack{"userinfo in Host", "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", kHostInvalid},
        Attack{"path in Host", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", kHostInvalid},
        // Framing.
        Attack{"Content-Length: 5, 5 (accepted by Boost)", POST_HOST "Content-Length: 5, 5\r\n\r\n",
               kContentLength},
        Attack{"two Content-Length", POST_HOST "Content-Length: 5\r\nContent-Length: 5\r\n\r\n",
               kContentLength},
        Attack{"+5", POST_HOST "Content-Length: +5\r\n\r\n", kContentLength},
        Attack{"-1", POST_HOST "Content-Length: -1\r\n\r\n", kContentLength},
        Attack{"0x5", POST_HOST "Content-Length: 0x5\r\n\r\n", kContentLength},
        Attack{"05", POST_HOST "Content-Length: 05\r\n\r\n", kContentLength},
        Attack{"empty length", POST_HOST "Content-Length:\r\n\r\n", kContentLength},
        Attack{"length beyond 64 bits", POST_HOST "Content-Length: 99999999999999999999\r\n\r\n",
               kContentLength},
        Attack{"gzip with length (accepted by Boost)",
               POST_HOST "Transfer-Encoding: gzip\r\nContent-Length: 5\r\n\r\n", kTransferEncoding},
        Attack{"chunked, identity (accepted by Boost)",
               POST_HOST "Transfer-Encoding: chunked, identity\r\n\r\n", kTransferEncoding},
        Attack{"gzip, chunked", POST_HOST "Transfer-Encoding: gzip, chunked\r\n\r\n",
               kTransferEncoding},
        Attack{"xchunked (accepted by Boost)", POST_HOST "Transfer-Encoding: xchunked\r\n\r\n",
               kTransferEncoding},
        Attack{"CHUNKED", POST_HOST "Transfer-Encoding: CHUNKED\r\n\r\n", kTransferEncoding},
        Attack{"two Transfer-Encoding",
               POST_HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
               kTransferEncoding},
        Attack{"chunked beside a length",
               POST_HOST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
               kFramingConflict},
        Attack{"chunked on 1.0 (accepted by Boost)",
               "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
               kFramingConflict},
        Attack{"unknown expectation", POST_HOST "Expect: 200-ok\r\n\r\n", kExpectation}));

TEST(HeadTest, ReadsAWellFormedHead) {
  const auto head = judge(
      "POST /v1/transactions?x=1 HTTP/1.1\r\nHOST: node.example:8443\r\n"
      "Content-Length: 12\r\nX-Empty:\r\nX-Trim: \t a b \t\r\nExpect: 100-continue\r\n\r\n");
  ASSERT_TRUE(head.has_value());
  EXPECT_EQ(head->method, Method::kPost);
  EXPECT_EQ(head->target, "/v1/transactions?x=1");
  EXPECT_EQ(head->host, "node.example:8443");
  EXPECT_EQ(head->content_length, 12u);
  EXPECT_FALSE(head->chunked);
  EXPECT_TRUE(head->keep_alive);
  EXPECT_TRUE(head->expects_continue);
  ASSERT_EQ(head->headers.size(), 5u);
  EXPECT_EQ(head->headers[0].name, "host");
  EXPECT_EQ(head->headers[2].value, "");
  EXPECT_EQ(head->headers[3].value, "a b");
}

TEST(HeadTest, ReadsChunkedAndTheConnectionOptions) {
  EXPECT_TRUE(judge(POST_HOST "Transfer-Encoding: chunked\r\n\r\n")->chunked);
  EXPECT_FALSE(judge(POST_HOST "Connection: foo, Close\r\n\r\n")->keep_alive);
  EXPECT_FALSE(judge("GET / HTTP/1.0\r\nHost: a\r\n\r\n")->keep_alive);
  EXPECT_TRUE(judge("GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n")->keep_alive);
  EXPECT_TRUE(judge("GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\n"
                    "Upgrade: WebSocket\r\n\r\n")
                  ->upgrades_websocket);
  EXPECT_FALSE(
      judge("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n")->upgrades_websocket);
}

TEST(HeadTest, CapsLineHeadAndCount) {
  HeadLimits limits;
  limits.request_line_bytes_max = 20;
  limits.head_bytes_max = 60;
  limits.header_count_max = 2;
  const auto error = [&](const std::string& block) { return judge(block, limits).error(); };
  EXPECT_TRUE(judge("GET /12345 HTTP/1.1\r\nHost: a\r\n\r\n", limits).has_value());
  EXPECT_EQ(error("GET /1234567 HTTP/1.1\r\nHost: a\r\n\r\n"), kRequestLineTooLong);
  const std::string frame = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
  const auto sized = [&](std::size_t size) {
    return frame + std::string(size - frame.size() - 4, 'x') + "\r\n\r\n";
  };
  EXPECT_TRUE(judge(sized(60), limits).has_value());
  EXPECT_EQ(error(sized(61)), kHeadTooLarge);
  EXPECT_EQ(error("GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\nY: 2\r\n\r\n"), kHeaderCount);
}

TEST(HeadTest, RefusesBeforeTheHeadIsWhole) {
  HeadLimits limits;
  limits.request_line_bytes_max = 8;
  HeadScanner scanner(limits);
  EXPECT_FALSE(scanner.scan("GET /")->has_value());
  EXPECT_EQ(scanner.scan("GET /1234").error(), kRequestLineTooLong);
}

TEST(HeadTest, ScanFindsTheSameEndHoweverTheBytesArrive) {
  const std::string block = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  const std::string data = block + "GET";
  HeadScanner scanner({});
  for (std::size_t size = 0; size < block.size(); ++size) {
    ASSERT_FALSE(scanner.scan(data.substr(0, size))->has_value()) << size;
  }
  EXPECT_EQ(*scanner.scan(data), block.size());
}

TEST(HeadTest, ValidHosts) {
  for (const auto* host : {"a", "node.example", "node.example:1", "127.0.0.1:65535", "[::1]",
                           "[2001:db8::1]:443", "xn--bcher-kva.example", "a_b"}) {
    EXPECT_TRUE(is_valid_host(host)) << host;
  }
  for (const auto* host : {"", ":80", "a:", "a:0", "a:65536", "a:1x", "a b", "[::1", "[]", "[::1]x",
                           "[::g]", "a:1:2", "a?b", "a#b", "a\\b", "a,b"}) {
    EXPECT_FALSE(is_valid_host(host)) << host;
  }
}

}  // namespace
}  // namespace tally::http
