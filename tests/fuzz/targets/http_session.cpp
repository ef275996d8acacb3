// HTTP requests over the real session code: pipelined, in any pieces. What is answered does not
// depend on how the bytes arrive, every answer is whole, and the connection ends with its peer.
// The first byte says how long the pieces are; the rest is what the client sends.
#include "fuzz/support/conversation.hpp"
#include "fuzz/support/input.hpp"
#include "fuzz/target.hpp"
#include "http/request.hpp"

namespace tally::fuzz {
namespace {

// Without the Date lines, which tell the time.
std::string timeless(std::string text) {
  while (true) {
    const auto at = text.find("\r\nDate: ");
    if (at == std::string::npos) return text;
    text.erase(at, text.find("\r\n", at + 2) - at);
  }
}

// Whether each answer begins as one, up to a streamed or HEAD one, whose end cannot be told alone.
void check_answers(std::string_view text) {
  while (!text.empty()) {
    CHECK(text.starts_with("HTTP/1.1 ") && text.size() > 12);
    const auto end = text.find("\r\n\r\n");
    CHECK(end != std::string_view::npos);
    const auto head = text.substr(0, end + 2);
    text.remove_prefix(end + 4);
    if (head.starts_with("HTTP/1.1 100")) continue;
    const auto length = head.find("\r\nContent-Length: ");
    if (length == std::string_view::npos) return;
    const auto size = std::stoull(std::string(head.substr(length + 18, 12)));
    if (text.starts_with("HTTP/1.1 ")) continue;  // of a HEAD
    if (size > text.size()) {
      CHECK(text.empty());  // likewise, the last one
      return;
    }
    text.remove_prefix(size);
  }
}

std::string talk(std::string_view text, std::size_t piece) {
  Conversation conversation;
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) {
    conversation.send(text.substr(0, piece));
  }
  conversation.release();
  return conversation.finish();
}

void run(ByteView bytes) {
  Input input(bytes);
  const auto piece = 1 + std::size_t{input.byte()};
  const auto text = as_text(input.rest());
  const auto pieces = talk(text, piece);
  const auto lower = http::to_lower(text);
  // An echo may look like an answer itself.
  if (lower.find("http/1.1 ") == std::string::npos || lower.find("/echo") == std::string::npos) {
    check_answers(pieces);
  }
  // These two depend on what has come by then, as they should.
  if (lower.find("upgrade") != std::string::npos || lower.find("expect") != std::string::npos) {
    return;
  }
  CHECK(timeless(talk(text, text.size())) == timeless(pieces));
}

void seed(Seeds& seeds) {
  constexpr std::string_view kTexts[] = {
      "GET /hello/ana?x=1&x=2 HTTP/1.1\r\nHost: a\r\n\r\n",
      "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
      "GET /hello/bo HTTP/1.1\r\nHost: a\r\n\r\n",
      "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5;x=y\r\nhello\r\n3\r\nabc\r\n0\r\n\r\nGET /count/7 HTTP/1.1\r\nHost: a\r\n\r\n",
      "POST /later HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"
      "POST /later HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx"
      "GET /hello/c HTTP/1.1\r\nHost: a\r\n\r\n",
      "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi",
      "HEAD /hello/a HTTP/1.1\r\nHost: a\r\n\r\nOPTIONS /echo HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /count/3 HTTP/1.0\r\nHost: a\r\n\r\n",
      "GET /forget HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET / HTTP/1.1\r\n",
      "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n0\r\nX-Trailer: 1\r\n\r\n",
      "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\nhello",
      "GET /stream HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
  };
  for (std::uint8_t i = 0; const auto text : kTexts) {
    seeds.add(std::to_string(i), static_cast<std::uint8_t>(i * 9), as_bytes(text));
    ++i;
  }
}

}  // namespace

FUZZ_TARGET(http_session, run, seed);

}  // namespace tally::fuzz
