// The head of a request and its target, judged without Beast. Where the head ends does not depend
// on how its bytes arrive; and no field means two things.
#include "http/head.hpp"

#include "fuzz/support/input.hpp"
#include "fuzz/target.hpp"
#include "http/target.hpp"
#include "http/wire.hpp"

namespace tally::fuzz {
namespace {

using namespace http;

std::expected<std::optional<std::size_t>, HttpError> scan_slowly(std::string_view text,
                                                                 std::size_t step) {
  HeadScanner scanner{HeadLimits{}};
  for (std::size_t end = std::min(step, text.size());; end = std::min(end + step, text.size())) {
    auto found = scanner.scan(text.substr(0, end));
    if (!found || *found || end == text.size()) return found;
  }
}

void check_target(std::string_view raw) {
  const auto target = parse_target(raw);
  if (!target) return;
  CHECK(target->segments.size() <= kTargetSegmentsMax);
  CHECK(target->query.size() <= kTargetQueryItemsMax);
  for (const auto& segment : target->segments) {
    CHECK(is_utf8(segment) && segment != "." && segment != "..");
    CHECK(segment.find('\0') == std::string::npos);
  }
}

void check_head(const Head& head) {
  CHECK(is_valid_host(head.host));
  CHECK(!(head.chunked && head.content_length));
  CHECK(!head.chunked || head.minor_version == 1);
  std::size_t hosts = 0;
  for (const auto& header : head.headers) {
    hosts += header.name == "host";
    CHECK(header.name == to_lower(header.name) && header.value == trim(header.value));
    CHECK(header.value.find_first_of("\r\n") == std::string::npos);
  }
  CHECK(hosts == 1);
  check_target(head.target);
  // An answer that repeats what the caller sent cannot be split by it.
  Response response{.status = 200, .content_type = "text/plain", .body = "x"};
  response.with("Location", head.target);
  std::string out;
  append_response(out, response, {});
  CHECK(out.find("\r\n\r\n") == out.size() - 5);
}

void run(ByteView bytes) {
  Input input(bytes);
  const auto step = 1 + input.choice(64);
  const auto text = as_text(input.rest());
  HeadScanner scanner{HeadLimits{}};
  const auto at_once = scanner.scan(text);
  const auto slowly = scan_slowly(text, step);
  // A fault may show before the end of the head, or behind it.
  if (at_once) CHECK(slowly == at_once);
  check_target(text);
  if (!at_once || !*at_once) return;
  const auto head = parse_head(text.substr(0, **at_once), HeadLimits{});
  if (head) check_head(*head);
}

void seed(Seeds& seeds) {
  constexpr std::string_view kHeads[] = {
      "GET /v1/blocks/7?min_height=3 HTTP/1.1\r\nHost: node.example:8443\r\n\r\n",
      "POST /v1/transactions HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\nX-Empty:\r\n"
      "Expect: 100-continue\r\n\r\nhello, world",
      "POST / HTTP/1.1\r\nHost: [::1]:1\r\nTransfer-Encoding: "
      "chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
      "GET /v1/stream HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: "
      "websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
      "GET / HTTP/1.0\r\nHost: a\r\n b\r\n\r\n",
      "OPTIONS /%2e%2e/a?b=%ff HTTP/1.1\r\nHost: a\r\nOrigin: https://b\r\n\r\n",
  };
  for (std::uint8_t i = 0; const auto head : kHeads) {
    seeds.add(std::to_string(i), i, as_bytes(head));
    ++i;
  }
}

}  // namespace

FUZZ_TARGET(http_head, run, seed);

}  // namespace tally::fuzz
