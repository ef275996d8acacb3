// WebSocket frames to the real session code, well formed and not: a handler sees only whole texts
// in UTF-8 within the limit, and the connection ends with its peer.
#include "fuzz/support/conversation.hpp"
#include "fuzz/support/input.hpp"
#include "fuzz/target.hpp"

namespace tally::fuzz {
namespace {

constexpr std::string_view kHandshake =
    "GET /stream HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

// RFC 6455, section 5.2, masked as a client's must be. The length may be another than the
// payload's.
std::string frame(std::uint8_t first, std::uint64_t length, ByteView payload) {
  std::string out(1, static_cast<char>(first));
  if (length < 126) {
    out += static_cast<char>(0x80 | length);
  } else if (length < 65'536) {
    out += static_cast<char>(0x80 | 126);
    out += static_cast<char>(length >> 8);
    out += static_cast<char>(length);
  } else {
    out += static_cast<char>(0x80 | 127);
    for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(length >> shift);
  }
  constexpr std::uint8_t kMask[] = {0x11, 0x22, 0x33, 0x44};
  for (const auto byte : kMask) out += static_cast<char>(byte);
  for (std::size_t i = 0; i < payload.size(); ++i) {
    out += static_cast<char>(payload[i] ^ kMask[i % 4]);
  }
  return out;
}

void send_one(Input& input, Conversation& conversation) {
  switch (input.choice(4)) {
    case 0: {  // any bytes
      conversation.send(as_text(input.take(input.byte())));
      break;
    }
    case 1: {  // any frame
      const auto first = input.byte();
      const auto length = input.number();
      conversation.send(frame(first, length, input.take(input.byte())));
      break;
    }
    case 2: {  // a long text
      const auto text = Bytes(input.choice(40) * 1'000, 'x');
      conversation.send(frame(0x81, text.size(), text));
      break;
    }
    default: {  // a right frame of any kind, in two pieces
      const auto first = input.byte();
      const auto payload = input.take(input.byte());
      const auto whole = frame(first, payload.size(), payload);
      const auto cut = input.choice(std::min<std::size_t>(whole.size(), 255)) + 0;
      conversation.send(std::string_view(whole).substr(0, cut));
      conversation.send(std::string_view(whole).substr(cut));
    }
  }
}

void run(ByteView bytes) {
  Input input(bytes);
  Conversation conversation;
  conversation.routes().copies = input.choice(8) == 7 ? 100 : 1;
  conversation.send(kHandshake);
  CHECK(conversation.output().starts_with("HTTP/1.1 101 "));
  for (int i = 0; i < 32 && !input.empty(); ++i) send_one(input, conversation);
  const auto& routes = conversation.routes();
  (void)conversation.finish();
  CHECK(routes.utf8);
  CHECK(routes.longest_text <= http::WebSocketLimits{}.message_bytes_max);
}

void seed(Seeds& seeds) {
  seeds.add("text", Bytes{0, 3, 0x81, 2, 'h', 'i', 3});
  seeds.add("fragments", Bytes{0, 3, 0x01, 2, 'h', 'i', 3, 3, 0x80, 1, '!', 2});
  seeds.add("ping-close", Bytes{0, 3, 0x89, 1, 'p', 2, 3, 0x88, 2, 3, 0xe8, 4});
  seeds.add("binary", Bytes{0, 3, 0x82, 1, 0, 2});
  seeds.add("not-utf8", Bytes{0, 3, 0x81, 2, 0xc3, 0x28, 3});
  seeds.add("reserved", Bytes{0, 3, 0xf1, 1, 'a', 3});
  seeds.add("unmasked", Bytes{0, 0, 4, 0x81, 0x02, 'h', 'i'});
  seeds.add("long", Bytes{0, 2, 16, 2, 17, 2, 30});
  seeds.add("many-copies", Bytes{7, 2, 10, 2, 10, 2, 10, 3, 0x88, 0, 3});
  seeds.add("length-lies", Bytes{0, 1, 0x81, 0xeb, 2, 'a', 'b'});
}

}  // namespace

FUZZ_TARGET(websocket, run, seed, 2'048);

}  // namespace tally::fuzz
