#include "http/server.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <future>

#include <fmt/format.h>
#include <openssl/ssl.h>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>

#include "base/check.hpp"
#include "base/log.hpp"
#include "http/session.hpp"
#include "http/worker.hpp"

namespace tally::http {
namespace {

using Acceptor = asio::basic_socket_acceptor<asio::generic::stream_protocol, Executor>;
using Endpoint = asio::generic::stream_protocol::endpoint;

// Connections over the caps that are told so, at one time and by the second; others are just reset:
// telling costs a session, which is what an attacker would have us pay for.
constexpr std::size_t kRefusedMax = 256;
constexpr BucketRate kTellRate{.per_second = 50, .burst = kRefusedMax};
constexpr std::chrono::milliseconds kAcceptPause{50};  // after an error such as "too many files"
constexpr int kBacklog = 1024;

std::uint64_t steady_ms() {
  const auto now = SteadyClock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

asio::ip::tcp::endpoint tcp_endpoint(const Endpoint& endpoint) {
  asio::ip::tcp::endpoint out;
  if (endpoint.size() <= out.capacity()) {
    std::memcpy(out.data(), endpoint.data(), endpoint.size());
    out.resize(endpoint.size());
  }
  return out;
}

// Whether the process at the other end of a Unix socket is our own user's, or root's.
bool is_own_user(Socket& socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
    return false;
  }
  return peer.uid == ::geteuid() || peer.uid == 0;
}

// What one peer is: see peers.hpp.
std::string peer_key(const asio::ip::address& address) {
  if (address.is_v4()) return address.to_string();
  const auto v6 = address.to_v6();
  if (v6.is_v4_mapped()) return asio::ip::make_address_v4(asio::ip::v4_mapped, v6).to_string();
  const auto bytes = v6.to_bytes();
  return to_hex(ByteView(bytes.data(), 8));
}

std::expected<std::unique_ptr<asio::ssl::context>, StartFault> make_tls(const TlsFiles& files) {
  auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
  error_code ec;
  if (SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_3_VERSION) != 1) {
    return std::unexpected(StartFault{StartError::kTlsInvalid, "TLS 1.3 is not available"});
  }
  context->use_certificate_chain_file(files.certificate_file, ec);
  if (ec) {
    return std::unexpected(
        StartFault{StartError::kTlsInvalid, files.certificate_file + ": " + ec.message()});
  }
  // Reading a private key also checks that it belongs to the certificate.
  context->use_private_key_file(files.private_key_file, asio::ssl::context::pem, ec);
  if (ec) {
    return std::unexpected(
        StartFault{StartError::kTlsInvalid, files.private_key_file + ": " + ec.message()});
  }
  return context;
}

// For the operator's listener: who connects shows a certificate that the operator's authority
// signed, and no other authority counts.
std::expected<std::unique_ptr<asio::ssl::context>, StartFault> make_operator_tls(
    const TlsFiles& files, const std::string& client_ca_file) {
  if (client_ca_file.empty()) {
    return std::unexpected(StartFault{StartError::kClientCaInvalid, "admin.client_ca_file"});
  }
  auto context = make_tls(files);
  if (!context) return context;
  error_code ec;
  (*context)->load_verify_file(client_ca_file, ec);
  if (!ec) {
    const auto verify = asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert;
    (*context)->set_verify_mode(verify, ec);
  }
  if (ec) {
    return std::unexpected(
        StartFault{StartError::kClientCaInvalid, client_ca_file + ": " + ec.message()});
  }
  // A resumed session would carry over what was verified before, perhaps by another authority.
  SSL_CTX_set_session_cache_mode((*context)->native_handle(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets((*context)->native_handle(), 0);
  return context;
}

Awaitable<void> tick_loop(Worker& worker) {
  while (true) {
    worker.timer.expires_after(Worker::kTick);
    const auto [ec] = co_await worker.timer.async_wait(kAwait);
    if (ec) co_return;
    const auto now = SteadyClock::now();
    for (auto* connection : worker.connections) connection->tick(now);
  }
}

}  // namespace

struct Server::Running {
  std::shared_ptr<Shared> shared;
  std::unique_ptr<asio::ssl::context> tls;
  std::unique_ptr<asio::ssl::context> operator_tls;
  std::vector<std::shared_ptr<Worker>> workers;
  // Accepts, and has no connections: who connects without end keeps nobody from being answered.
  std::shared_ptr<Worker> door = std::make_shared<Worker>();
  struct Listener {
    Acceptor acceptor;
    asio::ssl::context* tls = nullptr;
    bool for_operator = false;
    bool unix_socket = false;
    std::uint16_t port = 0;
    [[nodiscard]] Peers& peers(Shared& shared) const {
      if (!for_operator) return shared.peers;
      return unix_socket ? shared.operators_here : shared.operators_elsewhere;
    }
  };
  std::vector<std::unique_ptr<Listener>> listeners;
  std::size_t next_worker = 0;               // only touched at the door
  TokenBucket tell{kTellRate, steady_ms()};  // likewise
  bool started = false;

  std::expected<void, StartFault> prepare_tls();
  std::expected<void, StartFault> bind(const ListenAddress& address);
  std::expected<void, StartFault> bind_operator_socket(const std::string& path);
  Awaitable<void> accept_loop(Listener& listener);
  void take(Socket socket, const Listener& listener, const std::shared_ptr<Worker>& worker);

  void close_door() {
    asio::post(door->io, [this] {
      for (const auto& listener : listeners) {
        error_code ignored;
        listener->acceptor.close(ignored);
      }
      door->io.stop();
    });
    door->thread.join();
  }
  // Runs `function` on each worker's thread and waits for it.
  template <typename Function>
  void on_each(Function function) {
    for (const auto& worker : workers) {
      std::promise<void> done;
      asio::post(worker->io, [&] {
        function(*worker);
        done.set_value();
      });
      done.get_future().wait();
    }
  }
  // Waits until no connection is left or `deadline` has passed; returns whether none is left.
  bool wait_empty(TimePoint deadline) {
    while (true) {
      std::size_t left = 0;
      on_each([&](Worker& worker) { left += worker.connections.size(); });
      if (left == 0) return true;
      if (SteadyClock::now() >= deadline) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }
};

std::expected<void, StartFault> Server::Running::prepare_tls() {
  const auto& options = shared->options;
  if (!options.tls) return {};
  auto made = make_tls(*options.tls);
  if (!made) return std::unexpected(made.error());
  tls = std::move(*made);
  if (!std::ranges::any_of(options.listen, &ListenAddress::for_operator)) return {};
  made = make_operator_tls(*options.tls, options.client_ca_file);
  if (!made) return std::unexpected(made.error());
  operator_tls = std::move(*made);
  return {};
}

std::expected<void, StartFault> Server::Running::bind(const ListenAddress& address) {
  error_code ec;
  const std::string where = address.host + ":" + std::to_string(address.port);
  const auto ip = asio::ip::make_address(address.host, ec);
  if (ec) return std::unexpected(StartFault{StartError::kAddressInvalid, where});
  if ((address.tls || address.for_operator) && !tls) {
    return std::unexpected(StartFault{StartError::kTlsMissing, where});
  }
  if (!address.tls && !ip.is_loopback() && !shared->options.allow_plain_http) {
    return std::unexpected(StartFault{StartError::kPlainHttpRefused, where});
  }
  const asio::ip::tcp::endpoint endpoint(ip, address.port);
  auto* context = address.for_operator ? operator_tls.get() : address.tls ? tls.get() : nullptr;
  auto listener =
      std::make_unique<Listener>(Listener{Acceptor(door->io), context, address.for_operator});
  auto& acceptor = listener->acceptor;
  acceptor.open(endpoint.protocol(), ec);
  if (!ec) acceptor.set_option(asio::socket_base::reuse_address(true), ec);
  if (!ec) acceptor.bind(endpoint, ec);
  if (!ec) acceptor.listen(kBacklog, ec);
  if (!ec) listener->port = tcp_endpoint(acceptor.local_endpoint(ec)).port();
  if (ec) return std::unexpected(StartFault{StartError::kBindFailed, where + ": " + ec.message()});
  listeners.push_back(std::move(listener));
  return {};
}

// The mode is set before the socket has a name, so there is no moment in which others can connect.
// A socket that is there already was left by a node that was killed: the data directory is ours.
std::expected<void, StartFault> Server::Running::bind_operator_socket(const std::string& path) {
  const auto fail = [&](std::string_view why) {
    return std::unexpected(StartFault{StartError::kBindFailed, fmt::format("{}: {}", path, why)});
  };
  std::error_code ignored;
  if (std::filesystem::is_socket(path, ignored)) std::filesystem::remove(path, ignored);
  auto listener = std::make_unique<Listener>(Listener{Acceptor(door->io), nullptr, true, true});
  auto& acceptor = listener->acceptor;
  if (path.size() >= sizeof(sockaddr_un::sun_path)) return fail("the path is too long");
  const asio::local::stream_protocol::endpoint endpoint(path);
  error_code ec;
  acceptor.open(endpoint.protocol(), ec);
  if (!ec && ::fchmod(acceptor.native_handle(), 0600) != 0) {
    ec = error_code(errno, boost::system::system_category());
  }
  if (!ec) acceptor.bind(endpoint, ec);
  if (!ec) acceptor.listen(kBacklog, ec);
  if (ec) return fail(ec.message());
  listeners.push_back(std::move(listener));
  return {};
}

Awaitable<void> Server::Running::accept_loop(Listener& listener) {
  while (listener.acceptor.is_open()) {
    const auto worker = workers[next_worker++ % workers.size()];
    auto [ec, socket] = co_await listener.acceptor.async_accept(worker->io.get_executor(), kAwait);
    if (!ec) {
      take(std::move(socket), listener, worker);
    } else if (listener.acceptor.is_open()) {
      spdlog::warn("accept: {}", ec.message());
      Timer pause(door->io, kAcceptPause);
      co_await pause.async_wait(kAwait);
    }
  }
}

void Server::Running::take(Socket socket, const Listener& listener,
                           const std::shared_ptr<Worker>& worker) {
  error_code ec;
  const auto peer = socket.remote_endpoint(ec);
  if (ec) return;  // already gone
  std::string address;
  std::string key;
  if (listener.unix_socket) {
    if (!is_own_user(socket)) return;
  } else {
    const auto ip = tcp_endpoint(peer).address();
    address = ip.to_string();
    key = peer_key(ip);
  }
  auto& peers = listener.peers(*shared);
  auto permit = peers.admit(key, steady_ms());
  if (!permit) {
    shared->metrics.refused(info(HttpError::kOverloaded).code);
    if (shared->refused.load() >= kRefusedMax || !tell.take(kTellRate, steady_ms())) {
      socket.set_option(asio::socket_base::linger(true, 0), ec);
      return;
    }
  }
  start_session(worker, shared,
                Accepted{std::move(socket), listener.tls, std::move(address), std::move(key),
                         listener.for_operator, peers, std::move(permit)});
}

std::optional<ListenAddress> parse_listen(std::string_view text) {
  ListenAddress address;
  if (text.starts_with("https://")) {
    address.tls = true;
    text.remove_prefix(8);
  } else if (text.starts_with("http://")) {
    text.remove_prefix(7);
  } else {
    return std::nullopt;
  }
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  auto host = text.substr(0, colon);
  const auto port = text.substr(colon + 1);
  const auto [end, failure] = std::from_chars(port.begin(), port.end(), address.port);
  if (failure != std::errc{} || end != port.end()) return std::nullopt;
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  error_code ec;
  const auto ip = asio::ip::make_address(std::string(host), ec);
  if (ec || ip.is_v6() != bracketed) return std::nullopt;
  address.host = host;
  return address;
}

Server::Server(ServerOptions options, Router router, Metrics& metrics)
    : running_(std::make_unique<Running>()) {
  running_->shared = std::make_shared<Shared>(std::move(options), std::move(router), metrics);
}

Server::~Server() { stop(std::chrono::seconds(1)); }

std::expected<void, StartFault> Server::bind() {
  CHECK(!running_->started && running_->listeners.empty());
  const auto& options = running_->shared->options;
  if (options.listen.empty()) return std::unexpected(StartFault{StartError::kNoListener, {}});
  if (auto prepared = running_->prepare_tls(); !prepared) return prepared;
  for (const auto& address : options.listen) {
    if (auto bound = running_->bind(address); !bound) {
      running_->listeners.clear();
      return bound;
    }
  }
  if (!options.operator_socket.empty()) {
    if (auto bound = running_->bind_operator_socket(options.operator_socket); !bound) {
      running_->listeners.clear();
      return bound;
    }
  }
  return {};
}

std::expected<void, StartFault> Server::start() {
  CHECK(!running_->started);
  if (running_->listeners.empty()) {
    if (auto bound = bind(); !bound) return bound;
  }
  for (unsigned i = 0; i < std::max(1u, running_->shared->options.io_threads); ++i) {
    running_->workers.push_back(std::make_shared<Worker>());
  }
  auto& door = *running_->door;
  for (const auto& listener : running_->listeners) {
    asio::co_spawn(door.io, running_->accept_loop(*listener), asio::detached);
  }
  door.thread = std::thread([&door] { door.io.run(); });
  for (const auto& worker : running_->workers) {
    asio::co_spawn(worker->io, tick_loop(*worker), asio::detached);
    worker->thread = std::thread([&io = worker->io] { io.run(); });
  }
  running_->started = true;
  return {};
}

void Server::stop(std::chrono::milliseconds grace) {
  if (!std::exchange(running_->started, false)) return;
  const auto deadline = SteadyClock::now() + grace;
  // Who is let in by now is with its worker before the workers are told to drain.
  running_->close_door();
  std::error_code ignored;
  const auto& operator_socket = running_->shared->options.operator_socket;
  if (!operator_socket.empty()) std::filesystem::remove(operator_socket, ignored);
  running_->on_each([](Worker& worker) {
    worker.draining = true;
    for (auto* connection : worker.connections) connection->drain();
  });
  if (!running_->wait_empty(deadline)) {
    running_->on_each([](Worker& worker) {
      for (auto* connection : worker.connections) connection->abort();
    });
    running_->wait_empty(kNever);
  }
  for (const auto& worker : running_->workers) {
    worker->io.stop();
    worker->thread.join();
  }
}

std::uint16_t Server::port(std::size_t i) const { return running_->listeners.at(i)->port; }

std::size_t Server::connections() const { return running_->shared->peers.connections(); }

const Router& Server::router() const { return running_->shared->router; }

}  // namespace tally::http
