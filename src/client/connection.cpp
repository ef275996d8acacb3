#include "client/connection.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <openssl/ssl.h>
#include <boost/asio/local/stream_protocol.hpp>
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

void TimedSocket::connect(const Protocol::endpoint& endpoint, error_code& ec) {
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
  error_code unix_socket;  // has no such option
  if (!ec) socket_.set_option(asio::ip::tcp::no_delay(true), unix_socket);
}

void Connection::connect(const Url& url, const ClientOptions& options, error_code& ec) {
  if (!options.unix_socket.empty()) {
    if (options.unix_socket.size() >= sizeof(sockaddr_un::sun_path)) {
      ec = asio::error::name_too_long;
      return;
    }
    socket_.connect(asio::local::stream_protocol::endpoint(options.unix_socket), ec);
    return;
  }
  asio::ip::tcp::resolver resolver(socket_.get_executor());
  const auto found = resolver.resolve(url.host, std::to_string(url.port), ec);
  if (ec) return;
  ec = asio::error::host_not_found;
  for (const auto& entry : found) {
    socket_.connect(entry.endpoint(), ec);
    if (!ec) break;
  }
}

std::expected<std::unique_ptr<Connection>, ClientError> Connection::open(
    asio::io_context& io, const Url& url, const ClientOptions& options) {
  auto connection = std::make_unique<Connection>(io);
  error_code ec;
  auto& socket = connection->socket_;
  socket.set_timeout(std::chrono::milliseconds(options.connect_ms_max));
  connection->connect(url, options, ec);
  if (ec.category() == asio::error::get_netdb_category() ||
      ec.category() == asio::error::get_addrinfo_category()) {
    return std::unexpected(ClientError::kResolve);
  }
  if (ec == asio::error::timed_out) return std::unexpected(ClientError::kTimeout);
  if (ec) return std::unexpected(ClientError::kConnect);
  if (url.tls && options.unix_socket.empty()) {
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
  if (!ec && !options.certificate_file.empty()) {
    context_->use_certificate_chain_file(options.certificate_file, ec);
    if (!ec) context_->use_private_key_file(options.private_key_file, asio::ssl::context::pem, ec);
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
