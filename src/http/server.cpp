#include "http/server.hpp"

#include <charconv>
#include <future>

#include <openssl/ssl.h>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>

#include "base/check.hpp"
#include "base/log.hpp"
#include "http/session.hpp"
#include "http/worker.hpp"

namespace tally::http {
namespace {

using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;

// Connections over the caps that are told so at one time; beyond them they are just closed.
constexpr std::size_t kRefusedMax = 256;
constexpr std::chrono::milliseconds kAcceptPause{50};  // after an error such as "too many files"
constexpr int kBacklog = 1024;

// An IPv6 host commands a whole /64, so that is what one peer is.
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
  std::vector<std::shared_ptr<Worker>> workers;
  struct Listener {
    Acceptor acceptor;
    bool tls;
    std::uint16_t port;
  };
  std::vector<std::unique_ptr<Listener>> listeners;
  std::size_t next_worker = 0;  // only touched on the first worker
  bool started = false;

  std::expected<void, StartFault> bind(const ListenAddress& address);
  Awaitable<void> accept_loop(Listener& listener);
  void take(Socket socket, bool secure, const std::shared_ptr<Worker>& worker);

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

std::expected<void, StartFault> Server::Running::bind(const ListenAddress& address) {
  error_code ec;
  const std::string where = address.host + ":" + std::to_string(address.port);
  const auto ip = asio::ip::make_address(address.host, ec);
  if (ec) return std::unexpected(StartFault{StartError::kAddressInvalid, where});
  if (address.tls && !tls) return std::unexpected(StartFault{StartError::kTlsMissing, where});
  if (!address.tls && !ip.is_loopback() && !shared->options.allow_plain_http) {
    return std::unexpected(StartFault{StartError::kPlainHttpRefused, where});
  }
  const asio::ip::tcp::endpoint endpoint(ip, address.port);
  auto listener =
      std::make_unique<Listener>(Listener{Acceptor(workers.front()->io), address.tls, 0});
  auto& acceptor = listener->acceptor;
  acceptor.open(endpoint.protocol(), ec);
  if (!ec) acceptor.set_option(asio::socket_base::reuse_address(true), ec);
  if (!ec) acceptor.bind(endpoint, ec);
  if (!ec) acceptor.listen(kBacklog, ec);
  if (!ec) listener->port = acceptor.local_endpoint(ec).port();
  if (ec) return std::unexpected(StartFault{StartError::kBindFailed, where + ": " + ec.message()});
  listeners.push_back(std::move(listener));
  return {};
}

Awaitable<void> Server::Running::accept_loop(Listener& listener) {
  while (listener.acceptor.is_open()) {
    const auto worker = workers[next_worker++ % workers.size()];
    auto [ec, socket] = co_await listener.acceptor.async_accept(worker->io.get_executor(), kAwait);
    if (!ec) {
      take(std::move(socket), listener.tls, worker);
    } else if (listener.acceptor.is_open()) {
      spdlog::warn("accept: {}", ec.message());
      Timer pause(workers.front()->io, kAcceptPause);
      co_await pause.async_wait(kAwait);
    }
  }
}

void Server::Running::take(Socket socket, bool secure, const std::shared_ptr<Worker>& worker) {
  error_code ec;
  const auto peer = socket.remote_endpoint(ec);
  if (ec) return;  // already gone
  auto permit = shared->limiter.admit(peer_key(peer.address()));
  if (!permit) {
    shared->metrics.refused(info(HttpError::kOverloaded).code);
    if (shared->refused.load() >= kRefusedMax) return;
  }
  start_session(worker, shared, std::move(socket), secure ? tls.get() : nullptr, std::move(permit));
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

std::expected<void, StartFault> Server::start() {
  CHECK(!running_->started);
  const auto& options = running_->shared->options;
  if (options.listen.empty()) return std::unexpected(StartFault{StartError::kNoListener, {}});
  if (options.tls) {
    auto tls = make_tls(*options.tls);
    if (!tls) return std::unexpected(tls.error());
    running_->tls = std::move(*tls);
  }
  for (unsigned i = 0; i < std::max(1u, options.io_threads); ++i) {
    running_->workers.push_back(std::make_shared<Worker>());
  }
  for (const auto& address : options.listen) {
    if (auto bound = running_->bind(address); !bound) {
      running_->listeners.clear();
      return bound;
    }
  }
  auto& first = running_->workers.front()->io;
  for (const auto& listener : running_->listeners) {
    asio::co_spawn(first, running_->accept_loop(*listener), asio::detached);
  }
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
  running_->on_each([&](Worker& worker) {
    if (&worker != running_->workers.front().get()) return;
    for (const auto& listener : running_->listeners) {
      error_code ignored;
      listener->acceptor.close(ignored);
    }
  });
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

std::size_t Server::connections() const { return running_->shared->limiter.total(); }

const Router& Server::router() const { return running_->shared->router; }

}  // namespace tally::http
