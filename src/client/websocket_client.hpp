// A blocking WebSocket client.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "client/http_client.hpp"

namespace tally::client {

/// One connection. Pings are answered while read() runs. Not thread-safe.
class WebSocketClient {
 public:
  /// Connects and shakes hands. Errors: kUrlInvalid, kResolve, kConnect, kTls, kTimeout, kRefused
  /// (the server answered with another status than 101), kMalformed.
  static std::expected<WebSocketClient, ClientError> connect(std::string_view url,
                                                             const ClientOptions& options = {});
  WebSocketClient(WebSocketClient&&) noexcept;
  WebSocketClient& operator=(WebSocketClient&&) noexcept;
  ~WebSocketClient();

  /// The next message. kTimeout: none came within `wait_ms`; asking again is fine. kClosed: the
  /// connection has ended, see close_code().
  std::expected<std::string, ClientError> read(std::uint32_t wait_ms);
  /// Sends a text message.
  std::expected<void, ClientError> send(std::string_view text);
  /// Says goodbye and closes.
  void close();

  /// Why the server closed: its code, 0 if it did not say, and its reason.
  [[nodiscard]] std::uint16_t close_code() const;
  [[nodiscard]] std::string close_reason() const;

 private:
  struct State;
  explicit WebSocketClient(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace tally::client
