// WebSocket routes (RFC 6455): the server pushes messages; a reader that cannot keep up is cut off
// with the cursor of the last message it got, and resumes from there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>

#include "http/request.hpp"
#include "http/response.hpp"

namespace tally::http {

/// Close codes of our own, from RFC 6455's private range.
inline constexpr std::uint16_t kCloseSlowReader = 4008;

struct WebSocketLimits {
  std::size_t queue_messages_max = 1024;  ///< waiting to be written to one peer
  std::size_t queue_bytes_max = 4 << 20;
  std::size_t message_bytes_max = 16384;  ///< received
  std::size_t per_ip_max = 64;            ///< open ones of one IPv4 address or IPv6 /64
  std::uint32_t idle_ms = 30000;          ///< a silent peer is pinged at half of it, cut off at it
};

/// One connected peer. Thread-safe; may be kept after the connection is gone.
class WebSocketPeer {
 public:
  virtual ~WebSocketPeer() = default;
  /// Queues a text message. `cursor` (at most 100 bytes, printable ASCII) is where a reader resumes
  /// that got this message. Returns false when the connection is closed or closing; a message that
  /// does not fit the queue's limits closes it with kCloseSlowReader and the reason
  /// `cursor=<of the last message written>`.
  virtual bool send(std::string text, std::string cursor) = 0;
  /// Closes after what is queued is written. `reason`: at most 120 bytes.
  virtual void close(std::uint16_t code, std::string reason) = 0;
  /// Messages queued and not yet written, for producers that pull.
  [[nodiscard]] virtual std::size_t queued() const = 0;
};

/// What a route wants to hear. Called on the connection's thread; must not block.
struct WebSocketEvents {
  std::function<void(std::string text)> on_text;  ///< unset: a message closes with 1003
  std::function<void()> on_writable;              ///< the queue has just become empty
  std::function<void()> on_close;                 ///< once, when the connection has ended
};

/// Looks at the handshake and takes the peer in, or refuses with a plain answer.
using WebSocketHandler = std::function<std::expected<WebSocketEvents, Response>(
    const Request&, const std::shared_ptr<WebSocketPeer>&)>;

}  // namespace tally::http
