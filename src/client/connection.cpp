#include "client/connection.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <openssl/ssl.h>
#include <boost/asio/ssl/host_name_verification.hpp>

namespace tally::client {

bool TimedSocket::wait(bool to_write, error_code& ec) {
  pollfd entry{socket_.native_handle(), static_cast<short>(to_write ? POLLOUT : POLLIN), 0};
  int ready = 0;
  do {
    ready = ::poll(&entry, 1, static_cast<int>(wait_max_.count()));
  } while (ready < 0 && errno == EINTR);
  if (ready > 0) {
    ec = {};
    return true;
  }
  ec = asio::error::timed_out;
  return false;
}

void TimedSocket::connect(const asio::ip::tcp::endpoint& endpoint, error_code& ec) {
  error_code ignored;
  socket_.close(ignored);
  socket_.open(endpoint.protocol(), ec);
  if (!ec) socket_.non_blocking(true, ec);
  if (ec) return;
  if (::connect(socket_.native_handle(), endpoint.data(),
                static_cast<socklen_t>(endpoint.size())) != 0) {
    if (errno != EINPROGRESS) {
      ec = error_code(errno, boost::system::system_category());
      return;
    }
    if (!wait(true, ec)) return;
    int failure = 0;
    socklen_t size = sizeof failure;
    ::getsockopt(socket_.native_handle(), SOL_SOCKET, SO_ERROR, &failure, &size);
    ec = error_code(failure, boost::system::system_category());
  }
  if (!ec) socket_.set_option(asio::ip::tcp::no_delay(true), ec);
}

std::expected<std::unique_ptr<Connection>, ClientError> Connection::open(
    asio::io_context& io, const Url& url, const ClientOptions& options) {
  auto connection = std::make_unique<Connection>(io);
  error_code ec;
  asio::ip::tcp::resolver resolver(io);
  const auto found = resolver.resolve(url.host, std::to_string(url.port), ec);
  if (ec || found.empty()) return std::unexpected(ClientError::kResolve);
  auto& socket = connection->socket_;
  socket.set_timeout(std::chrono::milliseconds(options.connect_ms_max));
  for (const auto& entry : found) {
    socket.connect(entry.endpoint(), ec);
    if (!ec) break;
  }
  if (ec == asio::error::timed_out) return std::unexpected(ClientError::kTimeout);
  if (ec) return std::unexpected(ClientError::kConnect);
  if (url.tls) {
    if (const auto done = connection->shake_hands(url, options); !done) {
      return std::unexpected(done.error());
    }
  }
  socket.set_timeout(std::chrono::milliseconds(options.io_ms_max));
  return connection;
}

std::expected<void, ClientError> Connection::shake_hands(const Url& url,
                                                         const ClientOptions& options) {
  error_code ec;
  context_.emplace(asio::ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(context_->native_handle(), TLS1_3_VERSION);
  if (options.ca_file.empty()) {
    context_->set_default_verify_paths(ec);
  } else {
    context_->load_verify_file(options.ca_file, ec);
  }
  if (ec) return std::unexpected(ClientError::kTls);
  tls_.emplace(socket_, *context_);
  tls_->set_verify_mode(asio::ssl::verify_peer);
  tls_->set_verify_callback(asio::ssl::host_name_verification(url.host));
  // Server name indication is for names only (RFC 6066 section 3).
  asio::ip::make_address(url.host, ec);
  if (ec) SSL_set_tlsext_host_name(tls_->native_handle(), url.host.c_str());
  tls_->handshake(asio::ssl::stream_base::client, ec);
  if (ec == asio::error::timed_out) return std::unexpected(ClientError::kTimeout);
  if (ec) return std::unexpected(ClientError::kTls);
  return {};
}

ClientError client_error(const error_code& ec) {
  return ec == asio::error::timed_out ? ClientError::kTimeout : ClientError::kClosed;
}

}  // namespace tally::client
