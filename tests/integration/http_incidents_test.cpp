// Strict HTTP, incident by incident, over the socket of a real node: each row is a way in which
// servers elsewhere were deceived or exhausted, what this one answers, and what becomes of the
// connection. The single checks behind it are tested in tests/unit/http/.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "integration/conversation.hpp"
#include "integration/node_process.hpp"
#include "unit/http/raw_client.hpp"

namespace tally::test {
namespace {

using testing::HasSubstr;
using testing::Not;

enum class Fate { closed, open };

struct Incident {
  std::string name;
  std::string bytes;
  int status = 0;  ///< 0: the connection ends without a word
  std::string code;
  Fate fate = Fate::closed;
};

constexpr std::string_view kGet = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n";
constexpr std::string_view kPost = "POST /v1/transactions HTTP/1.1\r\nHost: localhost\r\n";

std::string get(std::string_view fields) {
  return std::string(kGet) + std::string(fields) + "\r\n";
}

std::string post(std::string_view fields, std::string_view body = "") {
  return std::string(kPost) + std::string(fields) + "\r\n" + std::string(body);
}

std::string chunked(std::string_view body) { return post("Transfer-Encoding: chunked\r\n", body); }

std::string json(const std::string& body) {
  return post(
      "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n",
      body);
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

// What the node of these tests is started with: small bounds, so that rows stay small.
std::vector<std::string> arguments() {
  std::vector<std::string> out{"--dev"};
  for (const auto* setting :
       {"http.request_line_bytes_max=1024", "http.head_bytes_max=4096", "http.header_count_max=16",
        "http.chunk_extension_bytes_max=64", "http.pipeline_depth_max=8", "http.head_ms_max=300",
        "http.body_ms_max=300", "http.idle_ms_max=1000"}) {
    out.emplace_back("--set");
    out.emplace_back(setting);
  }
  return out;
}

// Where two servers disagree on where a request ends, the second request is the attacker's.
std::vector<Incident> smuggling() {
  return {
      {"gzip with a length (Boost 1.81 took it)",
       post("Transfer-Encoding: gzip\r\nContent-Length: 5\r\n", "hello"), 501, "transfer_encoding"},
      {"chunked, identity (Boost 1.81 took it)", post("Transfer-Encoding: chunked, identity\r\n"),
       501, "transfer_encoding"},
      {"xchunked (Boost 1.81 took it)", post("Transfer-Encoding: xchunked\r\n"), 501,
       "transfer_encoding"},
      {"chunked on HTTP/1.0 (Boost 1.81 took it)",
       "POST /v1/transactions HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: "
       "chunked\r\n\r\n0\r\n\r\n",
       400, "framing_conflict"},
      {"chunked with Content-Length (CVE-2019-16276 and kin)",
       post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"), 400,
       "framing_conflict"},
      {"Transfer-Encoding twice",
       post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 501,
       "transfer_encoding"},
      {"Transfer-Encoding with a vertical tab",
       post("Transfer-Encoding: \x0b"
            "chunked\r\n"),
       400, "header_value"},
      {"whitespace before the colon", post("Transfer-Encoding : chunked\r\n"), 400, "header_name"},
      {"Content-Length: 5, 5 (Boost 1.81 took it)", post("Content-Length: 5, 5\r\n", "hello"), 400,
       "content_length"},
      {"Content-Length twice, equal", post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"),
       400, "content_length"},
      {"Content-Length twice, different",
       post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"), 400, "content_length"},
      {"Content-Length: +5", post("Content-Length: +5\r\n", "hello"), 400, "content_length"},
      {"Content-Length: 0x5", post("Content-Length: 0x5\r\n", "hello"), 400, "content_length"},
      {"Content-Length beyond 64 bits", post("Content-Length: 18446744073709551621\r\n", "hello"),
       400, "content_length"},
      {"no Host (Boost 1.81 took it)", "GET /healthz HTTP/1.1\r\n\r\n", 400, "host_missing"},
      {"two Host (Boost 1.81 took it)", get("Host: localhost\r\n"), 400, "host_missing"},
      {"Host with a path", "GET /healthz HTTP/1.1\r\nHost: localhost/x\r\n\r\n", 400,
       "host_invalid"},
      {"obs-fold (Boost 1.81 took it)", get("X: a\r\n b\r\n"), 400, "obs_fold"},
      {"a bare LF ends the line", "GET /healthz HTTP/1.1\nHost: localhost\n\n", 400, "line_ending"},
      {"a bare CR in a field", get("X: a\rTransfer-Encoding: chunked\r\n"), 400, "line_ending"},
      {"NUL in a field", get(std::string("X: a\0b\r\n", 8)), 400, "header_value"},
      {"a chunk extension of 100 KB (Boost 1.81 took it)",
       chunked("1;a=" + std::string(100'000, 'b') + "\r\nx\r\n0\r\n\r\n"), 400, "chunk_invalid"},
      {"a bare LF after a chunk's size", chunked("1\nx\r\n0\r\n\r\n"), 400, "chunk_invalid"},
      {"a chunk's size beyond 64 bits", chunked("11111111111111111\r\n"), 400, "chunk_invalid"},
      {"a trailer that frames anew", chunked("1\r\nx\r\n0\r\nContent-Length: 9\r\n\r\n"), 400,
       "chunk_invalid"},
      {"the absolute form names another host",
       "GET http://other.example/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", 400,
       "target_invalid", Fate::open},
      {"HTTP/2 over HTTP/1", "PRI * HTTP/2.0\r\n\r\n", 505, "version"},
  };
}

// What costs the server more than who asks.
std::vector<Incident> exhaustion() {
  return {
      {"an over-long target",
       "GET /" + std::string(2000, 'a') + " HTTP/1.1\r\nHost: localhost\r\n\r\n", 414,
       "request_line_too_long"},
      {"a large header", get("X: " + std::string(5000, 'a') + "\r\n"), 431, "head_too_large"},
      {"many headers", get(repeated("X: a\r\n", 40)), 431, "header_count"},
      {"a large body is announced", post("Content-Length: 99999999\r\n"), 413, "request_too_large"},
      {"a large body in chunks", chunked("fffffff\r\n"), 413, "request_too_large"},
      {"a body where none is taken", get("Content-Length: 5\r\n") + "hello", 413,
       "request_too_large"},
      {"JSON nested 20,000 deep", json(std::string(20'000, '[')), 400, "not_json", Fate::open},
      {"a key twice in JSON (CVE-2017-12635)", json(R"({"body":"AA==","body":"AQ=="})"), 400,
       "not_json", Fate::open},
      {"100 requests at once", repeated(get(""), 100), 200, "alive", Fate::open},
      {"slowloris: a head that never ends", std::string(kGet) + "X: a", 408, "timeout"},
      {"a body that never ends", post("Content-Length: 5\r\n", "hel"), 408, "timeout"},
      {"a connection that says nothing", "", 0, ""},
  };
}

// A page in somebody's browser, whose name leads to the node.
std::vector<Incident> rebinding() {
  return {
      {"DNS rebinding", "GET /v1/network HTTP/1.1\r\nHost: rebound.example\r\n\r\n", 421,
       "host_not_served", Fate::open},
      {"DNS rebinding on what is the operator's",
       "POST /v1/admin/resume HTTP/1.1\r\nHost: rebound.example:8080\r\nAuthorization: Bearer "
       "dev\r\n\r\n",
       421, "host_not_served", Fate::open},
      {"a look-alike of localhost", "GET /healthz HTTP/1.1\r\nHost: localhost.example\r\n\r\n", 421,
       "host_not_served", Fate::open},
      {"a look-alike of an address", "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1.example\r\n\r\n",
       421, "host_not_served", Fate::open},
      {"out of the tree", "GET /%2e%2e/etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n", 400,
       "target_invalid", Fate::open},
  };
}

// The first answer, whole.
std::string read_answer(http::RawClient& raw) {
  auto answer = raw.read_until("\r\n\r\n");
  constexpr std::string_view kLength = "Content-Length: ";
  const auto at = answer.find(kLength);
  if (at == std::string::npos) return answer;
  return answer + raw.read_bytes(std::stoul(answer.substr(at + kLength.size())));
}

TEST(HttpIncidents, EachIsAnsweredAsItsRowSays) {
  const TemporaryDirectory data;
  NodeProcess node(data.path(), arguments());
  ASSERT_TRUE(node.start());
  for (const auto& table : {smuggling(), exhaustion(), rebinding()}) {
    for (const auto& row : table) {
      SCOPED_TRACE(row.name);
      http::RawClient raw(node.port());
      raw.send(row.bytes);
      const auto answer = read_answer(raw);
      if (row.status == 0) {
        EXPECT_EQ(answer, "");
      } else {
        EXPECT_EQ(answer.substr(0, 13), "HTTP/1.1 " + std::to_string(row.status) + " ");
        EXPECT_THAT(answer, HasSubstr(row.code));
      }
      // Whether the connection takes another request shows its fate.
      raw.send(get("Connection: close\r\n"));
      const auto rest = raw.read_all();
      EXPECT_TRUE(raw.closed());
      EXPECT_EQ(rest.find("HTTP/1.1 200 ") != std::string::npos, row.fate == Fate::open) << rest;
    }
  }
  EXPECT_EQ(Conversation(node.url()).get("/healthz").status, 200);
  EXPECT_EQ(node.stop().code, 0);
}

// As many requests as the pipeline is deep, whose answers wait for a height that does not come:
// what is sent behind them is not read before one of them is answered.
TEST(HttpIncidents, BehindAFullPipelineNothingIsRead) {
  const TemporaryDirectory data;
  NodeProcess node(data.path(), arguments());
  ASSERT_TRUE(node.start());
  Conversation other(node.url());
  const auto waiting = [](std::size_t requests) {
    return repeated("GET /v1/assets?min_height=2000 HTTP/1.1\r\nHost: localhost\r\n\r\n", requests);
  };
  const auto submit = [&](http::RawClient& raw, std::size_t behind, std::string_view member) {
    const auto transaction = other.timely(admit_members({member})).sign();
    const auto body = codec::encode_signed(transaction);
    raw.send(waiting(behind) + post("Content-Type: application/x-protobuf\r\nContent-Length: " +
                                        std::to_string(body.size()) + "\r\n",
                                    as_text(body)));
    return "/v1/transactions/" + contracts::txid(network(), transaction.body).hex();
  };
  const auto settles_within = [&](const std::string& target, std::chrono::milliseconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    // Anew each time: one that is idle is closed.
    while (Conversation(node.url()).get(target).status != 200) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return true;
  };
  http::RawClient full(node.port());
  const auto unread = submit(full, 8, "ana");
  // One less, and it is read at once: so reading has stopped above.
  http::RawClient roomy(node.port());
  const auto read = submit(roomy, 7, "bo");
  EXPECT_TRUE(settles_within(read, std::chrono::seconds(2)));
  EXPECT_FALSE(settles_within(unread, std::chrono::milliseconds(500)));
  // The first of the eight gives up waiting: there is room for one more.
  EXPECT_THAT(full.read_until("\r\n\r\n"), HasSubstr("HTTP/1.1 503 "));
  EXPECT_TRUE(settles_within(unread, std::chrono::seconds(10)));
  EXPECT_EQ(node.stop().code, 0);
}

TEST(HttpIncidents, OnlyWhatIsPublicIsForEveryPage) {
  const TemporaryDirectory data;
  NodeProcess node(data.path());
  ASSERT_TRUE(node.start());
  const auto preflight = [&](std::string_view target) {
    http::RawClient raw(node.port());
    raw.send("OPTIONS " + std::string(target) +
             " HTTP/1.1\r\nHost: localhost\r\nOrigin: https://page.example\r\n"
             "Access-Control-Request-Method: POST\r\nConnection: close\r\n\r\n");
    return raw.read_all();
  };
  EXPECT_THAT(preflight("/v1/network"), HasSubstr("Access-Control-Allow-Origin: *"));
  for (const auto* target : {"/v1/admin/resume", "/v1/admin/quarantine", "/v1/transactions",
                             "/v1/tokens", "/v1/build/asset.transfer"}) {
    EXPECT_THAT(preflight(target), Not(HasSubstr("Access-Control"))) << target;
  }
  EXPECT_EQ(node.stop().code, 0);
}

}  // namespace
}  // namespace tally::test
