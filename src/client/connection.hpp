// Private to this folder: a connection over TCP, with or without TLS, or over a Unix socket, whose
// blocking calls have timeouts.
#pragma once

#include <chrono>
#include <expected>
#include <optional>

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/system_error.hpp>

#include "client/http_client.hpp"

namespace tally::client {

namespace asio = boost::asio;
using boost::system::error_code;
using Protocol = asio::generic::stream_protocol;
using Socket = asio::basic_stream_socket<Protocol, asio::io_context::executor_type>;

/// A socket whose synchronous reads and writes give up with error::timed_out. Asio's own would wait
/// for ever.
class TimedSocket {
 public:
  using executor_type = Socket::executor_type;
  using lowest_layer_type = Socket::lowest_layer_type;

  explicit TimedSocket(asio::io_context& io) : socket_(io) {}
  executor_type get_executor() { return socket_.get_executor(); }
  lowest_layer_type& lowest_layer() { return socket_.lowest_layer(); }
  Socket& socket() { return socket_; }
  void set_timeout(std::chrono::milliseconds wait_max) { wait_max_ = wait_max; }

  template <typename Buffers>
  std::size_t read_some(const Buffers& buffers, error_code& ec) {
    while (true) {
      const auto n = socket_.read_some(buffers, ec);
      if (ec != asio::error::would_block || !wait(false, ec)) return n;
    }
  }
  template <typename Buffers>
  std::size_t write_some(const Buffers& buffers, error_code& ec) {
    while (true) {
      const auto n = socket_.write_some(buffers, ec);
      if (ec != asio::error::would_block || !wait(true, ec)) return n;
    }
  }
  template <typename Buffers, typename Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return socket_.async_read_some(buffers, std::forward<Token>(token));
  }
  template <typename Buffers, typename Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return socket_.async_write_some(buffers, std::forward<Token>(token));
  }

  /// Connects to one address. Sets `ec` on failure, error::timed_out included.
  void connect(const Protocol::endpoint& endpoint, error_code& ec);

 private:
  // Waits until the socket can be read or written; false and `ec` if it takes too long.
  bool wait(bool to_write, error_code& ec);

  Socket socket_;
  std::chrono::milliseconds wait_max_{30000};
};

/// The connection as Beast wants it: both a SyncStream and an AsyncStream.
class Connection {
 public:
  using executor_type = TimedSocket::executor_type;

  /// Resolves, connects to the first address that answers, and does the TLS handshake (TLS 1.3, the
  /// certificate verified for the host); or connects to the Unix socket of the options. Errors:
  /// kResolve, kConnect, kTimeout, kTls.
  static std::expected<std::unique_ptr<Connection>, ClientError> open(asio::io_context& io,
                                                                      const Url& url,
                                                                      const ClientOptions& options);
  explicit Connection(asio::io_context& io) : socket_(io) {}

  executor_type get_executor() { return socket_.get_executor(); }
  TimedSocket& socket() { return socket_; }
  void close() {
    error_code ignored;
    socket_.socket().close(ignored);
  }

  template <typename Buffers>
  std::size_t read_some(const Buffers& buffers, error_code& ec) {
    return tls_ ? tls_->read_some(buffers, ec) : socket_.read_some(buffers, ec);
  }
  template <typename Buffers>
  std::size_t write_some(const Buffers& buffers, error_code& ec) {
    return tls_ ? tls_->write_some(buffers, ec) : socket_.write_some(buffers, ec);
  }
  // Beast demands the throwing forms of a SyncStream and does not call them here.
  template <typename Buffers>
  std::size_t read_some(const Buffers& buffers) {
    error_code ec;
    const auto n = read_some(buffers, ec);
    if (ec) throw boost::system::system_error(ec);
    return n;
  }
  template <typename Buffers>
  std::size_t write_some(const Buffers& buffers) {
    error_code ec;
    const auto n = write_some(buffers, ec);
    if (ec) throw boost::system::system_error(ec);
    return n;
  }
  template <typename Buffers, typename Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    if (tls_) return tls_->async_read_some(buffers, std::forward<Token>(token));
    return socket_.async_read_some(buffers, std::forward<Token>(token));
  }
  template <typename Buffers, typename Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    if (tls_) return tls_->async_write_some(buffers, std::forward<Token>(token));
    return socket_.async_write_some(buffers, std::forward<Token>(token));
  }

 private:
  void connect(const Url& url, const ClientOptions& options, error_code& ec);
  std::expected<void, ClientError> shake_hands(const Url& url, const ClientOptions& options);

  TimedSocket socket_;
  std::optional<asio::ssl::context> context_;
  std::optional<asio::ssl::stream<TimedSocket&>> tls_;
};

/// The client error of a system error while reading or writing.
ClientError client_error(const error_code& ec);

}  // namespace tally::client
