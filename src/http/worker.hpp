// Private to this folder: one connection thread, and what all connections of a server share.
#pragma once

#include <atomic>
#include <cstdint>
#include <ctime>
#include <memory>
#include <string>
#include <thread>
#include <unordered_set>
#include <vector>

#include "http/asio_types.hpp"
#include "http/peers.hpp"
#include "http/server.hpp"

namespace tally::http {

/// Operators are few, and get in however many others there are. `requests`: their Unix socket needs
/// no rate, since nobody else comes there. To their listener anybody can connect, and who has no
/// certificate must not take the places faster than a handshake lasts.
inline PeerLimits operator_limits(const BucketRate& requests) {
  constexpr std::size_t kBytesMax = 64 << 20;
  return {.connections_max = 64,
          .connections_per_peer_max = SIZE_MAX,
          .websockets_per_peer_max = 64,
          .bytes_max = kBytesMax,
          .bytes_per_peer_max = kBytesMax,
          .requests = requests,
          .look_ups = {}};
}
inline constexpr BucketRate kOperatorRate{.per_second = 500, .burst = 1'000};

/// What every session of one server reads. Immutable but for the counters.
struct Shared {
  Shared(ServerOptions options_in, Router router_in, Metrics& metrics_in)
      : options(std::move(options_in)),
        router(std::move(router_in)),
        metrics(metrics_in),
        peers({.connections_max = options.limits.connections_max,
               .connections_per_peer_max = options.limits.connections_per_ip_max,
               .websockets_per_peer_max = options.websocket.per_ip_max,
               .bytes_max = options.limits.buffered_bytes_max,
               .bytes_per_peer_max = options.limits.buffered_bytes_per_ip_max,
               .requests = options.limits.requests_per_ip,
               .look_ups = options.limits.look_ups_per_ip}) {
    for (const auto& route : router.routes()) {
      meters.push_back(&metrics.meter(route.method, route.pattern));
    }
  }
  const ServerOptions options;
  const Router router;
  Metrics& metrics;
  std::vector<RouteMeter*> meters;  ///< by index of the route
  Peers peers;
  Peers operators_here{operator_limits({})};                  ///< over the Unix socket
  Peers operators_elsewhere{operator_limits(kOperatorRate)};  ///< over their listener
  std::atomic<std::size_t> refused{0};  ///< connections over the caps, being told so
};

/// Something on a worker that has deadlines. Called on the worker's thread.
class Ticking {
 public:
  virtual ~Ticking() = default;
  virtual void tick(TimePoint now) = 0;  ///< enforce deadlines
  virtual void drain() = 0;              ///< finish what is in progress, then end
  virtual void abort() = 0;              ///< end now
};

/// One thread with its io_context and its connections. Deadlines are looked at every kTick: cheaper
/// than a timer for each read of each connection.
struct Worker {
  static constexpr std::chrono::milliseconds kTick{20};

  asio::io_context io{1};
  Timer timer{io};
  std::thread thread;
  std::unordered_set<Ticking*> connections;  ///< only touched on the thread
  bool draining = false;                     ///< only touched on the thread

  /// The Date field, renewed once a second.
  const std::string& date() {
    const auto now = std::time(nullptr);
    if (now != date_at_) {
      date_at_ = now;
      std::tm parts{};
      gmtime_r(&now, &parts);
      char text[64];
      const auto size =
          std::strftime(text, sizeof text, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
      date_.assign(text, size);
    }
    return date_;
  }

 private:
  std::time_t date_at_ = 0;
  std::string date_;
};

}  // namespace tally::http
