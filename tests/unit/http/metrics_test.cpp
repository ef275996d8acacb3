#include "http/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/counter.h>
#include <prometheus/registry.h>

namespace tally::http {
namespace {

using testing::HasSubstr;

TEST(MetricsTest, CountsByRouteAndClass) {
  Metrics metrics;
  auto& meter = metrics.meter(Method::kGet, "/v1/items/{id}");
  meter.observe(200, 0.0002);
  meter.observe(204, 0.3);
  meter.observe(404, 0.3);
  metrics.connection_opened();
  metrics.refused("obs_fold");
  const auto text = metrics.text();
  const std::string labels = R"({method="GET",route="/v1/items/{id}",status="2xx"})";
  EXPECT_THAT(text, HasSubstr("tally_http_requests_total" + labels + " 2"));
  EXPECT_THAT(text, HasSubstr("tally_http_request_seconds_count"));
  EXPECT_THAT(text, HasSubstr("tally_http_connections 1"));
  EXPECT_THAT(text, HasSubstr(R"(tally_http_refused_total{code="obs_fold"} 1)"));
}

TEST(MetricsTest, TakesOthersMetricsAndServesThem) {
  Metrics metrics;
  prometheus::BuildCounter().Name("tally_other").Register(metrics.registry()).Add({}).Increment(7);
  const auto route = metrics_route(metrics);
  Response answer;
  route.handler({}, Reply([&](Response response) { answer = std::move(response); }));
  EXPECT_THAT(answer.content_type, HasSubstr("version=0.0.4"));
  EXPECT_THAT(answer.body, HasSubstr("tally_other 7"));
}

}  // namespace
}  // namespace tally::http
