// Counters in Prometheus form: those of the transport, and a registry for everybody else's.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "http/router.hpp"

namespace prometheus {
class Registry;
}

namespace tally::http {

/// Counts one route's answers and their latency. Thread-safe.
class RouteMeter {
 public:
  virtual ~RouteMeter() = default;
  /// One answer, `seconds` after its request's head was complete.
  virtual void observe(int status, double seconds) = 0;
};

/// The process's metrics. Thread-safe; outlives the server that counts into it.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  /// For the metrics of other parts of the program.
  prometheus::Registry& registry();

  /// The meter of one route, labelled by its pattern, never by a caller's path: the number of
  /// series is bounded. Lives as long as this object.
  RouteMeter& meter(Method method, std::string_view pattern);

  void connection_opened();
  void connection_closed();
  /// A request or connection that no route saw; `code` as in HttpErrorInfo.
  void refused(std::string_view code);

  /// Everything in the text exposition format.
  [[nodiscard]] std::string text() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// `GET /metrics`. `metrics` must outlive the router.
Route metrics_route(const Metrics& metrics);

}  // namespace tally::http
