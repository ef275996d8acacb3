#include "client/websocket_client.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "client/connection.hpp"

namespace tally::client {

namespace beast = boost::beast;
namespace websocket = beast::websocket;

// What Beast asks of a stream that is not a plain socket; found by argument-dependent look-up.
void beast_close_socket(Connection& connection) { connection.close(); }

void teardown(beast::role_type role, Connection& connection, error_code& ec) {
  websocket::teardown(role, connection.socket().socket(), ec);
}

template <typename Handler>
void async_teardown(beast::role_type role, Connection& connection, Handler&& handler) {
  websocket::async_teardown(role, connection.socket().socket(), std::forward<Handler>(handler));
}

// Everything runs as asynchronous operations on an io_context that only this object turns: so a
// read stays in progress over a timeout, and the next read() goes on with it.
struct WebSocketClient::State {
  asio::io_context io{1};
  ClientOptions options;
  std::unique_ptr<Connection> connection;
  std::optional<websocket::stream<Connection&>> socket;
  beast::flat_buffer buffer;
  bool reading = false;
  bool ended = false;
  std::optional<std::string> message;

  ~State() {
    if (!connection) return;
    connection->close();
    io.restart();
    io.run();  // the operations in progress refer to this object
  }

  void start_read() {
    if (reading || ended) return;
    reading = true;
    socket->async_read(buffer, [this](error_code ec, std::size_t size) {
      reading = false;
      if (ec) {
        ended = true;
        return;
      }
      message.emplace(static_cast<const char*>(buffer.data().data()), size);
      buffer.consume(size);
    });
  }

  /// Turns the io_context until `done` or the time is up; returns whether done.
  template <typename Done>
  bool run_until(Done done, std::chrono::milliseconds wait) {
    const auto deadline = std::chrono::steady_clock::now() + wait;
    io.restart();
    while (!done()) {
      if (io.run_one_until(deadline) == 0) break;
    }
    return done();
  }
};

WebSocketClient::WebSocketClient(std::unique_ptr<State> state) : state_(std::move(state)) {}
WebSocketClient::WebSocketClient(WebSocketClient&&) noexcept = default;
WebSocketClient& WebSocketClient::operator=(WebSocketClient&&) noexcept = default;
WebSocketClient::~WebSocketClient() = default;

std::expected<WebSocketClient, ClientError> WebSocketClient::connect(std::string_view url,
                                                                     const ClientOptions& options) {
  const auto parsed = parse_url(url);
  if (!parsed) return std::unexpected(ClientError::kUrlInvalid);
  auto state = std::make_unique<State>();
  state->options = options;
  auto opened = Connection::open(state->io, *parsed, options);
  if (!opened) return std::unexpected(opened.error());
  state->connection = std::move(*opened);
  auto& socket = state->socket.emplace(*state->connection);
  socket.read_message_max(options.response_bytes_max);
  socket.set_option(websocket::stream_base::decorator([&](websocket::request_type& request) {
    for (const auto& field : options.headers) request.set(field.name, field.value);
  }));
  std::optional<error_code> done;
  socket.async_handshake(parsed->authority(), parsed->target, [&](error_code ec) { done = ec; });
  const auto wait = std::chrono::milliseconds(options.io_ms_max);
  if (!state->run_until([&] { return done.has_value(); }, wait)) {
    state->connection->close();
    state->run_until([&] { return done.has_value(); }, wait);
    return std::unexpected(ClientError::kTimeout);
  }
  if (*done == websocket::error::upgrade_declined) return std::unexpected(ClientError::kRefused);
  if (*done) return std::unexpected(ClientError::kMalformed);
  return WebSocketClient(std::move(state));
}

std::expected<std::string, ClientError> WebSocketClient::read(std::uint32_t wait_ms) {
  auto& state = *state_;
  state.start_read();
  const bool done = state.run_until([&] { return state.message || state.ended; },
                                    std::chrono::milliseconds(wait_ms));
  if (!done) return std::unexpected(ClientError::kTimeout);
  if (!state.message) return std::unexpected(ClientError::kClosed);
  auto text = std::move(*state.message);
  state.message.reset();
  return text;
}

std::expected<void, ClientError> WebSocketClient::send(std::string_view text) {
  auto& state = *state_;
  if (state.ended) return std::unexpected(ClientError::kClosed);
  std::optional<error_code> done;
  state.socket->text(true);
  state.socket->async_write(asio::buffer(text), [&](error_code ec, std::size_t) { done = ec; });
  const auto wait = std::chrono::milliseconds(state.options.io_ms_max);
  if (!state.run_until([&] { return done.has_value(); }, wait)) {
    state.connection->close();
    state.run_until([&] { return done.has_value(); }, wait);
    return std::unexpected(ClientError::kTimeout);
  }
  if (*done) return std::unexpected(ClientError::kClosed);
  return {};
}

void WebSocketClient::close() {
  auto& state = *state_;
  if (state.ended) return;
  bool done = false;
  state.socket->async_close(websocket::close_code::normal, [&](const error_code&) { done = true; });
  if (!state.run_until([&] { return done; }, std::chrono::milliseconds(state.options.io_ms_max))) {
    state.connection->close();
    state.run_until([&] { return done; }, std::chrono::milliseconds(state.options.io_ms_max));
  }
  state.ended = true;
}

std::uint16_t WebSocketClient::close_code() const { return state_->socket->reason().code; }

std::string WebSocketClient::close_reason() const {
  const auto& reason = state_->socket->reason().reason;
  return {reason.data(), reason.size()};
}

}  // namespace tally::client
