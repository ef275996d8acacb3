#include "http/api/health.hpp"

#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <boost/json.hpp>

#include "http/json.hpp"
#include "storage/scrubber.hpp"
#include "views/counts.hpp"

namespace tally::http {
namespace {

// Views that are further behind answer for a time that callers do not expect.
constexpr std::uint64_t kViewsLagMax = 1'000;
// Below it the journal may stop at any moment.
constexpr std::uint64_t kDiskFreeBytesMin = std::uint64_t{256} << 20;

std::uint64_t views_lag(const Api& api) {
  const auto head = api.engine.head().height;
  const auto reached = api.views.next_height() - 1;
  return head > reached ? head - reached : 0;
}

std::uint64_t disk_free_bytes(const Api& api) {
  std::error_code error;
  const auto space = std::filesystem::space(api.data_dir, error);
  return error ? 0 : space.available;
}

Response ready(const Api& api) {
  const bool writing = !api.engine.writing_state().halted;
  const auto lag = views_lag(api);
  const bool disk = disk_free_bytes(api) >= kDiskFreeBytesMin;
  const bool views = lag <= kViewsLagMax;
  return json_response(writing && disk && views ? 200 : 503,
                       {{"ready", writing && disk && views},
                        {"writing", writing},
                        {"views", views},
                        {"views_lag_blocks", json_number(lag)},
                        {"disk", disk}});
}

// The node's gauges. They are brought up to date when somebody looks.
class Gauges {
 public:
  explicit Gauges(Metrics& metrics)
      : registry_(metrics.registry()),
        height_(add("tally_height", "Height of the last durable block")),
        time_(add("tally_ledger_time_seconds", "The ledger's time, since the Unix epoch")),
        halted_(add("tally_writing_halted", "1 if writing is halted")),
        submissions_(add("tally_submissions_waiting", "Transactions that wait for admission")),
        admitted_(add("tally_admitted_waiting", "Admitted transactions that wait for the writer")),
        lag_(add("tally_views_lag_blocks", "Blocks that the views have not reached")),
        settled_(add("tally_transactions_settled", "Transactions settled since genesis")),
        rejected_(add("tally_transactions_rejected", "Transactions rejected since genesis")),
        outputs_(add("tally_outputs", "Outputs made since genesis")),
        outputs_spent_(add("tally_outputs_spent", "Outputs spent since genesis")),
        leased_(add("tally_leased_outputs", "Outputs leased to builders")),
        sessions_(add("tally_sessions", "Accounts signed in")),
        disk_(add("tally_disk_free_bytes", "Free on the data directory's disk")),
        scrubs_(add("tally_scrub_rounds", "How often all stores were read anew")),
        scrub_seconds_(add("tally_scrub_round_seconds", "How long the last of them took")),
        damaged_(add("tally_damaged_stores", "Stores that the last of them found damaged")),
        files_(prometheus::BuildGauge()
                   .Name("tally_store_bytes")
                   .Help("Size of each store's file")
                   .Register(registry_)) {}

  void update(const Api& api) {
    const auto head = api.engine.head();
    set(height_, head.height);
    time_.Set(static_cast<double>(api.engine.time_ms()) / 1'000);
    set(halted_, api.engine.writing_state().halted ? 1 : 0);
    set(submissions_, api.engine.submissions_waiting());
    set(admitted_, api.engine.admitted_waiting());
    set(lag_, views_lag(api));
    set(leased_, api.leases.size());
    set(sessions_, api.sessions.size());
    set(disk_, disk_free_bytes(api));
    if (api.scrubber != nullptr) {
      const auto state = api.scrubber->state();
      set(scrubs_, state.rounds);
      set(scrub_seconds_, state.round_ms / 1'000);
      set(damaged_, state.damaged_stores);
    }
    if (const auto snapshot = api.views.snapshot()) {
      if (const auto counts = views::count_all(*snapshot)) {
        set(settled_, counts->settled);
        set(rejected_, counts->rejected);
        set(outputs_, counts->outputs);
        set(outputs_spent_, counts->outputs_spent);
      }
    }
    for (const auto* store : {"journal", "state", "views", "custody", "profiles"}) {
      std::error_code error;
      const auto size = std::filesystem::file_size(api.data_dir / store / "data.mdb", error);
      if (!error) set(files_.Add({{"store", store}}), size);
    }
  }

 private:
  static void set(prometheus::Gauge& gauge, std::uint64_t value) {
    gauge.Set(static_cast<double>(value));
  }
  prometheus::Gauge& add(const char* name, const char* help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry_).Add({});
  }

  prometheus::Registry& registry_;
  prometheus::Gauge& height_;
  prometheus::Gauge& time_;
  prometheus::Gauge& halted_;
  prometheus::Gauge& submissions_;
  prometheus::Gauge& admitted_;
  prometheus::Gauge& lag_;
  prometheus::Gauge& settled_;
  prometheus::Gauge& rejected_;
  prometheus::Gauge& outputs_;
  prometheus::Gauge& outputs_spent_;
  prometheus::Gauge& leased_;
  prometheus::Gauge& sessions_;
  prometheus::Gauge& disk_;
  prometheus::Gauge& scrubs_;
  prometheus::Gauge& scrub_seconds_;
  prometheus::Gauge& damaged_;
  prometheus::Family<prometheus::Gauge>& files_;
};

}  // namespace

void add_health_routes(Router& router, const Api& api) {
  router.add({.method = Method::kGet,
              .pattern = "/healthz",
              .handler = [](const Request&, const Reply& reply) {
                reply(json_response(200, {{"alive", true}}));
              }});
  router.add({.method = Method::kGet,
              .pattern = "/readyz",
              .handler = [&api](const Request&, const Reply& reply) { reply(ready(api)); }});
  auto metrics = metrics_route(api.metrics);
  metrics.handler = [&api, gauges = std::make_shared<Gauges>(api.metrics),
                     text = std::move(metrics.handler)](Request request, Reply reply) {
    gauges->update(api);
    text(std::move(request), std::move(reply));
  };
  router.add(std::move(metrics));
}

}  // namespace tally::http
