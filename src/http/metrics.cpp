#include "http/metrics.hpp"

#include <array>
#include <mutex>
#include <vector>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace tally::http {
namespace {

const prometheus::Histogram::BucketBoundaries kSeconds = {
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10};

class Meter final : public RouteMeter {
 public:
  Meter(prometheus::Family<prometheus::Counter>& requests,
        prometheus::Family<prometheus::Histogram>& seconds, const prometheus::Labels& labels)
      : seconds_(seconds.Add(labels, kSeconds)) {
    constexpr std::array<const char*, 5> kClasses = {"1xx", "2xx", "3xx", "4xx", "5xx"};
    for (std::size_t i = 0; i < kClasses.size(); ++i) {
      auto with_status = labels;
      with_status["status"] = kClasses[i];
      by_class_[i] = &requests.Add(with_status);
    }
  }
  void observe(int status, double seconds) override {
    const auto index = static_cast<std::size_t>(std::clamp(status / 100, 1, 5) - 1);
    by_class_[index]->Increment();
    seconds_.Observe(seconds);
  }

 private:
  std::array<prometheus::Counter*, 5> by_class_{};
  prometheus::Histogram& seconds_;
};

}  // namespace

struct Metrics::State {
  std::shared_ptr<prometheus::Registry> registry = std::make_shared<prometheus::Registry>();
  prometheus::Family<prometheus::Counter>& requests =
      prometheus::BuildCounter()
          .Name("tally_http_requests_total")
          .Help("Answers by route and class of status")
          .Register(*registry);
  prometheus::Family<prometheus::Histogram>& seconds =
      prometheus::BuildHistogram()
          .Name("tally_http_request_seconds")
          .Help("From the request's head to its answer, by route")
          .Register(*registry);
  prometheus::Family<prometheus::Counter>& refused =
      prometheus::BuildCounter()
          .Name("tally_http_refused_total")
          .Help("Requests and connections refused before any route, by code")
          .Register(*registry);
  prometheus::Gauge& connections = prometheus::BuildGauge()
                                       .Name("tally_http_connections")
                                       .Help("Open connections")
                                       .Register(*registry)
                                       .Add({});
  std::mutex mutex;
  std::vector<std::unique_ptr<Meter>> meters;
};

Metrics::Metrics() : state_(std::make_unique<State>()) {}
Metrics::~Metrics() = default;

prometheus::Registry& Metrics::registry() { return *state_->registry; }

RouteMeter& Metrics::meter(Method method, std::string_view pattern) {
  const prometheus::Labels labels = {{"method", std::string(name(method))},
                                     {"route", std::string(pattern)}};
  const std::lock_guard lock(state_->mutex);
  state_->meters.push_back(std::make_unique<Meter>(state_->requests, state_->seconds, labels));
  return *state_->meters.back();
}

void Metrics::connection_opened() { state_->connections.Increment(); }
void Metrics::connection_closed() { state_->connections.Decrement(); }

void Metrics::refused(std::string_view code) {
  state_->refused.Add({{"code", std::string(code)}}).Increment();
}

std::string Metrics::text() const {
  return prometheus::TextSerializer().Serialize(state_->registry->Collect());
}

Route metrics_route(const Metrics& metrics) {
  return {.method = Method::kGet,
          .pattern = "/metrics",
          .handler = [&metrics](const Request&, const Reply& reply) {
            reply(text_response(200, "text/plain; version=0.0.4; charset=utf-8", metrics.text()));
          }};
}

}  // namespace tally::http
