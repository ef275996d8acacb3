#include "http/server.hpp"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/http/raw_client.hpp"
#include "tests/unit/http/sample_server.hpp"

namespace tally::http {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string get(std::string_view target, std::string_view fields = "") {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(fields) +
         "\r\n";
}

std::string post(std::string_view target, std::string_view body, std::string_view fields = "") {
  return "POST " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(fields) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

constexpr std::string_view kClose = "Connection: close\r\n";

// What the server at `port` says to exactly these bytes, until it closes.
std::string exchange(std::uint16_t port, std::string_view bytes) {
  RawClient client(port);
  client.send(bytes);
  auto answer = client.read_all();
  EXPECT_TRUE(client.closed()) << "the connection stayed open";
  return answer;
}

ServerOptions small_limits() {
  ServerOptions options;
  options.limits.head.request_line_bytes_max = 200;
  options.limits.head.head_bytes_max = 500;
  options.limits.head.header_count_max = 8;
  options.limits.chunk_extension_bytes_max = 16;
  return options;
}

// --- strictness, over the wire: each is answered so and the connection closed ---

struct Attack {
  std::string_view what;
  std::string bytes;
  int status;
  std::string_view code;
};

class ServerAttack : public testing::TestWithParam<Attack> {};

TEST_P(ServerAttack, IsAnsweredAndTheConnectionClosed) {
  SampleServer sample(small_limits());
  const auto answer = exchange(sample.port(), GetParam().bytes);
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 " + std::to_string(GetParam().status) + " "))
      << GetParam().what;
  EXPECT_THAT(answer, HasSubstr("\"code\":\"" + std::string(GetParam().code) + "\""));
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
}

std::string chunked(std::string_view body) {
  return "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(body);
}

INSTANTIATE_TEST_SUITE_P(
    Table, ServerAttack,
    testing::Values(
        Attack{"Transfer-Encoding: gzip",
               "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501,
               "transfer_encoding"},
        Attack{"chunked and a length", post("/echo", "a", "Transfer-Encoding: chunked\r\n"), 400,
               "framing_conflict"},
        Attack{"chunked on 1.0",
               "POST /echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", 400,
               "framing_conflict"},
        Attack{"lengths in a list", post("/echo", "a", "Content-Length: 1, 1\r\n"), 400,
               "content_length"},
        Attack{"two Host", get("/hello/a", "Host: b\r\n"), 400, "host_missing"},
        Attack{"no Host", "GET /hello/a HTTP/1.1\r\n\r\n", 400, "host_missing"},
        Attack{"obs-fold", get("/hello/a", "X: a\r\n b\r\n"), 400, "obs_fold"},
        Attack{"bare LF", "GET /hello/a HTTP/1.1\nHost: a\n\n", 400, "line_ending"},
        Attack{"bare CR", get("/hello/a", "X: a\rb\r\n"), 400, "line_ending"},
        Attack{"long request line", get("/hello/" + std::string(300, 'a')), 414,
               "request_line_too_long"},
        Attack{"large head", get("/hello/a", "X: " + std::string(600, 'a') + "\r\n"), 431,
               "head_too_large"},
        Attack{"many fields",
               get("/hello/a", "A:1\r\nB:1\r\nC:1\r\nD:1\r\nE:1\r\nF:1\r\nG:1\r\nH:1\r\n"), 431,
               "header_count"},
        Attack{"HTTP/2", "PRI * HTTP/2.0\r\n\r\n", 505, "version"},
        Attack{"unknown method", "BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501, "method_unknown"},
        Attack{"large body", post("/echo", std::string(100001, 'x')), 413, "request_too_large"},
        Attack{"announced large body",
               "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999\r\n\r\n", 413,
               "request_too_large"},
        Attack{"body where none is taken", get("/hello/a", "Content-Length: 1\r\n") + "x", 413,
               "request_too_large"},
        Attack{"large chunked body", chunked("fffff\r\n"), 413, "request_too_large"},
        Attack{"chunk size beyond 64 bits", chunked("11111111111111111\r\n"), 400, "chunk_invalid"},
        Attack{"chunk size that is none", chunked("xyz\r\n"), 400, "chunk_invalid"},
        Attack{"bare LF after a chunk size", chunked("1\na\r\n0\r\n\r\n"), 400, "chunk_invalid"},
        Attack{"long chunk extension",
               chunked("1;a=" + std::string(20, 'b') + "\r\na\r\n0\r\n\r\n"), 400, "chunk_invalid"},
        Attack{"100 KB chunk extension", chunked("1;a=" + std::string(100000, 'b')), 400,
               "chunk_invalid"},
        Attack{"many chunk extensions",
               chunked(
                   "1;a=bcde\r\na\r\n1;a=bcde\r\na\r\n1;a=bcde\r\na\r\n1;a=bcde\r\na\r\n0\r\n\r\n"),
               400, "chunk_invalid"},
        Attack{"trailer fields", chunked("1\r\na\r\n0\r\nContent-Length: 5\r\n\r\n"), 400,
               "chunk_invalid"},
        Attack{"no end of chunk", chunked("1\r\nabc\r\n0\r\n\r\n"), 400, "chunk_invalid"}));

// --- what is well-formed but refused keeps the connection ---

TEST(ServerTest, RefusesByRouteAndGoesOn) {
  SampleServer sample;
  const auto answer = exchange(
      sample.port(), get("/nothing") + get("/hello/a?limt=1") + get("/hello/a?limit=1&limit=2") +
                         get("/%zz") + get("/echo") + get("/stream") + get("/hello/b", kClose));
  std::vector<std::string> statuses;
  for (std::size_t at = 0; (at = answer.find("HTTP/1.1 ", at)) != std::string::npos; ++at) {
    statuses.push_back(answer.substr(at + 9, 3));
  }
  EXPECT_THAT(statuses, testing::ElementsAre("404", "400", "400", "400", "405", "426", "200"));
  EXPECT_THAT(answer, HasSubstr(R"("code":"query_unknown")"));
  EXPECT_THAT(answer, HasSubstr(R"("field":"limt")"));
  EXPECT_THAT(answer, HasSubstr(R"("code":"query_duplicate")"));
  EXPECT_THAT(answer, HasSubstr("Allow: POST, OPTIONS\r\n"));
  EXPECT_THAT(answer, EndsWith("hello b"));
}

TEST(ServerTest, HeadOptionsAndOrigins) {
  SampleServer sample;
  const auto head =
      exchange(sample.port(), "HEAD /hello/a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(head, HasSubstr("Content-Length: 7\r\n"));
  EXPECT_THAT(head, HasSubstr("Access-Control-Allow-Origin: *\r\n"));
  EXPECT_THAT(head, EndsWith("\r\n\r\n"));
  const auto open =
      exchange(sample.port(), "OPTIONS /hello/a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(open, StartsWith("HTTP/1.1 204 "));
  EXPECT_THAT(open, HasSubstr("Access-Control-Allow-Methods: GET, HEAD, OPTIONS\r\n"));
  const auto closed =
      exchange(sample.port(), "OPTIONS /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(closed, HasSubstr("Allow: POST, OPTIONS\r\n"));
  EXPECT_THAT(closed, Not(HasSubstr("Access-Control")));
}

TEST(ServerTest, AnswersOnlyForItsHosts) {
  ServerOptions options;
  options.hosts = {"localhost", "[::1]"};
  SampleServer sample(std::move(options));
  EXPECT_THAT(exchange(sample.port(), get("/hello/a", kClose)), StartsWith("HTTP/1.1 200 "));
  const auto ask = [&](const std::string& host) {
    return exchange(sample.port(),
                    "GET /hello/a HTTP/1.1\r\nConnection: close\r\nHost: " + host + "\r\n\r\n");
  };
  EXPECT_THAT(ask("LOCALHOST:8080"), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(ask("[::1]:8080"), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(ask("[::1]"), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(ask("rebound.example"), StartsWith("HTTP/1.1 421 "));
}

// --- bodies ---

TEST(ServerTest, ReadsChunkedBodies) {
  SampleServer sample;
  const auto answer =
      exchange(sample.port(),
               "POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
               "Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("Content-Length: 5\r\n"));
  EXPECT_THAT(answer, EndsWith("abcde"));
}

TEST(ServerTest, ReadsBodiesThatArriveInPieces) {
  SampleServer sample;
  const std::string body(90000, 'b');
  for (const bool in_chunks : {false, true}) {
    const std::string framed =
        in_chunks ? "15f90\r\n" + body + "\r\n0\r\n\r\n" : body;  // 90000 in hexadecimal
    const std::string bytes =
        "POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" +
        std::string(in_chunks ? "Transfer-Encoding: chunked" : "Content-Length: 90000") +
        "\r\n\r\n" + framed;
    RawClient client(sample.port());
    for (std::size_t at = 0; at < bytes.size(); at += 7001)
      client.send(std::string_view(bytes).substr(at, 7001));
    EXPECT_THAT(client.read_all(), EndsWith("\r\n\r\n" + body));
  }
}

TEST(ServerTest, InvitesABodyThatWaits) {
  SampleServer sample;
  RawClient client(sample.port());
  client.send(
      "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nConnection: close\r\n"
      "Content-Length: 2\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("ok");
  EXPECT_THAT(client.read_all(), EndsWith("\r\n\r\nok"));
}

TEST(ServerTest, BodiesOfAllConnectionsAreBounded) {
  ServerOptions options;
  options.limits.buffered_bytes_max = 50000;
  SampleServer sample(std::move(options));
  const auto other = post("/echo", std::string(40000, 'y'), kClose);
  // The holder's bytes are counted as they are read: the refusal may take a few tries to come, and
  // it is the holder's if the other was read first. Then there is another holder.
  std::string answer;
  for (int holders = 0; holders < 10 && !answer.starts_with("HTTP/1.1 503 "); ++holders) {
    RawClient holder(sample.port());
    holder.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n" +
                std::string(40000, 'x'));
    for (int tries = 0; tries < 100; ++tries) {
      answer = exchange(sample.port(), other);
      if (!answer.starts_with("HTTP/1.1 200 ")) break;
    }
  }
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(answer, HasSubstr("Retry-After: 1\r\n"));
}

// --- pipelining ---

TEST(ServerTest, AnswersPipelinedRequestsInOrder) {
  SampleServer sample;
  RawClient client(sample.port());
  client.send(post("/park", "1") + get("/hello/a") + post("/park", "2") + get("/hello/b", kClose));
  const auto first = sample.parked.take(0);
  const auto second = sample.parked.take(1);
  std::thread writer([&] {
    second(text_response(200, "text/plain", "second"));
    first(text_response(200, "text/plain", "first"));
  });
  const auto answer = client.read_all();
  writer.join();
  const auto at = [&](std::string_view body) {
    return answer.find("\r\n\r\n" + std::string(body));
  };
  EXPECT_LT(at("first"), at("hello a"));
  EXPECT_LT(at("hello a"), at("second"));
  EXPECT_LT(at("second"), at("hello b"));
  EXPECT_NE(at("hello b"), std::string::npos);
}

TEST(ServerTest, StopsReadingAtThePipelineDepth) {
  ServerOptions options;
  options.limits.pipeline_depth_max = 3;
  SampleServer sample(std::move(options));
  RawClient client(sample.port());
  std::string requests;
  for (int i = 0; i < 5; ++i) requests += post("/park", "x");
  client.send(requests + get("/hello/a", kClose));
  for (std::size_t i = 0; i < 5; ++i) {
    // Waits for request i; the fourth is read only once an answer has left.
    sample.parked.take(i)(text_response(200, "text/plain", "p" + std::to_string(i)));
  }
  const auto answer = client.read_all();
  EXPECT_THAT(answer, HasSubstr("p4"));
  EXPECT_THAT(answer, EndsWith("hello a"));
}

TEST(ServerTest, ManyPipelinedRequestsAllGetTheirAnswers) {
  SampleServer sample;
  RawClient client(sample.port());
  std::string requests;
  for (int i = 0; i < 2000; ++i) requests += get("/hello/" + std::to_string(i));
  std::thread sender([&] { client.send(requests + get("/hello/end", kClose)); });
  const auto answer = client.read_all();
  sender.join();
  std::size_t at = 0;
  for (int i = 0; i < 2000; ++i) {
    at = answer.find("\r\n\r\nhello " + std::to_string(i) + "HTTP", at);
    ASSERT_NE(at, std::string::npos) << i;
  }
}

// --- handlers ---

TEST(ServerTest, ForgottenAndFailedRequestsAreAnsweredInternal) {
  SampleServer sample;
  const auto answer =
      exchange(sample.port(), get("/forget") + get("/throw") + get("/hello/a", kClose));
  const auto first = answer.find("HTTP/1.1 500 ");
  ASSERT_NE(first, std::string::npos);
  EXPECT_NE(answer.find("HTTP/1.1 500 ", first + 1), std::string::npos);
  EXPECT_THAT(answer, EndsWith("hello a"));
}

TEST(ServerTest, StreamsBodiesByChunks) {
  SampleServer sample;
  const auto answer = exchange(sample.port(), get("/count/2") + get("/hello/a", kClose));
  EXPECT_THAT(answer, HasSubstr("Transfer-Encoding: chunked\r\n"));
  EXPECT_THAT(answer,
              HasSubstr("\r\n\r\n2\r\n2;\r\n2\r\n1;\r\n2\r\n0;\r\n0\r\n\r\nHTTP/1.1 200 OK"));
  EXPECT_THAT(answer, EndsWith("hello a"));
  // HTTP/1.0 knows no chunks: the body lasts until the end of the connection.
  const auto old = exchange(sample.port(), "GET /count/1 HTTP/1.0\r\nHost: a\r\n\r\n");
  EXPECT_THAT(old, EndsWith("\r\n\r\n1;0;"));
}

TEST(ServerTest, ABrokenStreamBreaksTheConnection) {
  SampleServer sample;
  const auto answer = exchange(sample.port(), get("/count/-1") + get("/hello/a"));
  EXPECT_THAT(answer, HasSubstr("Transfer-Encoding: chunked\r\n"));
  EXPECT_THAT(answer, Not(HasSubstr("0\r\n\r\n")));
  EXPECT_THAT(answer, Not(HasSubstr("hello a")));
}

// --- deadlines and caps ---

TEST(ServerTest, ASlowHeadOrBodyTimesOut) {
  ServerOptions options;
  options.limits.head_ms_max = 60;
  options.limits.body_ms_max = 60;
  SampleServer sample(std::move(options));
  EXPECT_THAT(exchange(sample.port(), "GET /hello/a HT"), StartsWith("HTTP/1.1 408 "));
  EXPECT_THAT(
      exchange(sample.port(), "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc"),
      StartsWith("HTTP/1.1 408 "));
}

TEST(ServerTest, AnIdleConnectionIsClosedAndOneThatWaitsForUsIsNot) {
  ServerOptions options;
  options.limits.idle_ms_max = 60;
  SampleServer sample(std::move(options));
  EXPECT_EQ(exchange(sample.port(), ""), "");
  RawClient client(sample.port());
  client.send(post("/park", "x"));
  const auto reply = sample.parked.take(0);
  EXPECT_EQ(exchange(sample.port(), ""), "");  // another's idle time has passed meanwhile
  reply(text_response(200, "text/plain", "patience"));
  EXPECT_THAT(client.read_all(), EndsWith("patience"));
}

TEST(ServerTest, APeerThatDoesNotReadIsCut) {
  ServerOptions options;
  options.limits.write_ms_max = 100;
  SampleServer sample(std::move(options));
  RawClient client(sample.port());
  const auto request = post("/echo", std::string(100000, 'x'));
  // 200 answers of 100 KB overflow what the kernel buffers for a peer that reads none of them.
  std::thread sender([&] {
    for (int i = 0; i < 200; ++i) client.send(request);
  });
  while (sample.server->connections() > 0)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  sender.join();
}

TEST(ServerTest, TellsAndClosesConnectionsOverTheCap) {
  ServerOptions options;
  options.limits.connections_per_ip_max = 2;
  SampleServer sample(std::move(options));
  RawClient a(sample.port());
  RawClient b(sample.port());
  a.send(get("/hello/a"));
  b.send(get("/hello/b"));
  EXPECT_THAT(a.read_until("hello a"), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(b.read_until("hello b"), StartsWith("HTTP/1.1 200 "));
  const auto refused = exchange(sample.port(), get("/hello/c"));
  EXPECT_THAT(refused, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(refused, HasSubstr(R"("code":"overloaded")"));
  EXPECT_THAT(refused, HasSubstr("Connection: close\r\n"));
}

TEST(ServerTest, WhoSaysNothingMakesRoom) {
  ServerOptions options;
  options.limits.connections_max = 4;
  options.io_threads = 1;  // which takes them in the order in which they come
  SampleServer sample(std::move(options));
  RawClient silent(sample.port());
  RawClient in_a_head(sample.port());
  in_a_head.send("GET /hello/a HTTP/1.1\r\nHost: a\r\nX: ");
  RawClient in_a_body(sample.port());
  in_a_body.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc");
  RawClient busy(sample.port());
  busy.send(post("/park", "x"));
  const auto reply = sample.parked.take(0);
  RawClient later[3] = {RawClient(sample.port()), RawClient(sample.port()),
                        RawClient(sample.port())};
  for (auto* gone : {&silent, &in_a_head, &in_a_body}) {
    EXPECT_EQ(gone->read_all(), "");
    EXPECT_TRUE(gone->closed());
  }
  for (auto& client : later) {
    client.send(get("/hello/b"));
    EXPECT_THAT(client.read_until("hello b"), StartsWith("HTTP/1.1 200 "));
  }
  // Who is worked for stays.
  reply(text_response(200, "text/plain", "patience"));
  EXPECT_THAT(busy.read_until("patience"), StartsWith("HTTP/1.1 200 "));
}

// --- starting and stopping ---

TEST(ServerTest, StopFinishesWhatIsInProgress) {
  SampleServer sample;
  RawClient idle(sample.port());
  idle.send(get("/hello/a"));
  idle.read_until("hello a");
  RawClient busy(sample.port());
  busy.send(post("/park", "x"));
  const auto reply = sample.parked.take(0);
  std::thread stopper([&] { sample.server->stop(std::chrono::seconds(20)); });
  EXPECT_EQ(idle.read_all(), "");  // only closed once stopping has begun
  reply(text_response(200, "text/plain", "finished"));
  EXPECT_THAT(busy.read_all(), EndsWith("finished"));
  stopper.join();
  EXPECT_EQ(sample.server->connections(), 0u);
}

TEST(ServerTest, StopCutsWhatDoesNotFinishAndDropsLateReplies) {
  SampleServer sample;
  RawClient client(sample.port());
  client.send(post("/park", "x"));
  const auto reply = sample.parked.take(0);
  sample.server->stop(std::chrono::milliseconds(20));
  EXPECT_EQ(client.read_all(), "");
  reply(text_response(200, "text/plain", "too late"));
  sample.parked.clear();
}

TEST(ServerTest, RefusesToStartWhatWouldBeUnsafe) {
  const auto start_error = [](ListenAddress address, bool allow_plain_http = false) {
    Metrics metrics;
    ServerOptions options;
    options.listen.push_back(std::move(address));
    options.allow_plain_http = allow_plain_http;
    Server server(std::move(options), Router(), metrics);
    return server.start().error().error;
  };
  EXPECT_EQ(start_error({"0.0.0.0", 0, false}), StartError::kPlainHttpRefused);
  EXPECT_EQ(start_error({"127.0.0.1", 0, true}), StartError::kTlsMissing);
  EXPECT_EQ(start_error({"localhost", 0, false}), StartError::kAddressInvalid);
  EXPECT_EQ(start_error({"192.0.2.1", 0, false}, true), StartError::kBindFailed);
  Metrics metrics;
  EXPECT_EQ(Server({}, Router(), metrics).start().error().error, StartError::kNoListener);
}

TEST(ServerTest, ParsesListenAddresses) {
  const auto plain = parse_listen("http://127.0.0.1:8080");
  ASSERT_TRUE(plain.has_value());
  EXPECT_EQ(plain->host, "127.0.0.1");
  EXPECT_EQ(plain->port, 8080);
  EXPECT_FALSE(plain->tls);
  EXPECT_EQ(parse_listen("https://[::1]:0")->host, "::1");
  EXPECT_TRUE(parse_listen("https://[::1]:0")->tls);
  for (const auto* text : {"", "127.0.0.1:80", "ftp://127.0.0.1:80", "http://127.0.0.1",
                           "http://localhost:80", "http://::1:80", "http://127.0.0.1:99999",
                           "http://127.0.0.1:80/", "http://[127.0.0.1]:80"}) {
    EXPECT_FALSE(parse_listen(text).has_value()) << text;
  }
}

TEST(ServerTest, CountsWhatItServes) {
  SampleServer sample;
  exchange(sample.port(), get("/hello/a") + get("/nothing", kClose));
  const auto text = sample.metrics.text();
  EXPECT_THAT(
      text,
      HasSubstr(R"(tally_http_requests_total{method="GET",route="/hello/{name}",status="2xx"} 1)"));
  EXPECT_THAT(text, HasSubstr(R"(tally_http_refused_total{code="route_not_found"} 1)"));
}

// Whatever an answer says of the node's own address is there before the first request.
TEST(ServerTest, ThePortIsKnownBeforeAnybodyIsAnswered) {
  Metrics metrics;
  std::string url;
  Router router;
  router.add({.method = Method::kGet,
              .pattern = "/url",
              .handler = [&url](const Request&, const Reply& reply) {
                reply(text_response(200, "text/plain", url));
              }});
  ServerOptions options;
  options.listen = {{.host = "127.0.0.1"}};
  Server server(options, std::move(router), metrics);
  ASSERT_TRUE(server.bind());
  EXPECT_NE(server.port(), 0);
  url = fmt::format("at {}", server.port());
  ASSERT_TRUE(server.start());
  EXPECT_THAT(exchange(server.port(), "GET /url HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
              HasSubstr(url));
}

}  // namespace
}  // namespace tally::http
