#include "bench/settle.hpp"

#include <boost/json.hpp>
#include <semaphore>

#include "bench/raw_verify.hpp"
#include "bench/workload.hpp"

namespace tally::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct Counters {
  std::atomic<std::uint64_t> settled{0};
  std::atomic<std::uint64_t> other{0};
};

// Keeps at most `in_flight_max` submissions open until all are answered or the time is over;
// returns the seconds from the first submission to the last answer.
double drive(engine::Engine& engine, std::vector<codec::SignedTransaction>& transactions,
             const SettleOptions& options, Counters& counters) {
  std::counting_semaphore<> slots(static_cast<std::ptrdiff_t>(options.in_flight_max));
  const auto start = Clock::now();
  const auto end = start + std::chrono::duration<double>(options.seconds);
  for (auto& transaction : transactions) {
    slots.acquire();
    if (Clock::now() >= end) {
      slots.release();
      break;
    }
    engine.submit(std::move(transaction), [&](ledger::Outcome outcome) {
      auto& counter =
          outcome.kind == ledger::Outcome::Kind::settled ? counters.settled : counters.other;
      counter.fetch_add(1, std::memory_order_relaxed);
      slots.release();
    });
  }
  for (std::size_t i = 0; i < options.in_flight_max; ++i) slots.acquire();
  return std::chrono::duration<double>(Clock::now() - start).count();
}

void say(const SettleOptions& options, const std::string& text) {
  if (options.progress) fmt::print(stderr, "{}\n", text);
}

}  // namespace

boost::json::object run_settle(const SettleOptions& options) {
  const bool temporary = options.directory.empty();
  const auto directory =
      temporary ? std::filesystem::temp_directory_path() /
                      fmt::format("tally-bench-{}", Clock::now().time_since_epoch().count())
                : options.directory;
  const auto threads = std::max(1u, std::thread::hardware_concurrency());
  boost::json::object out;
  {
    say(options, fmt::format("building {} outputs …", options.outputs));
    Workload workload(directory, options.outputs, options.seed);
    // Enough for the fastest that signatures allow, estimated before anything is measured.
    auto sample = workload.sign_transfers(2'000, threads);
    const auto guess = raw_verify_per_s(sample, threads, std::chrono::milliseconds(500));
    const auto count = std::min<std::uint64_t>(
        workload.coins_left(), static_cast<std::uint64_t>(guess * options.seconds * 1.2));
    say(options, fmt::format("signing {} transfers …", count));
    auto transactions = workload.sign_transfers(count, threads);

    say(options, "measuring …");
    const auto window = std::chrono::milliseconds(2'000);
    const auto raw_before = raw_verify_per_s(sample, threads, window);
    Counters counters;
    const auto took_s = drive(workload.engine(), transactions, options, counters);
    const auto raw_after = raw_verify_per_s(sample, threads, window);
    const auto raw = (raw_before + raw_after) / 2;
    const auto settled = static_cast<double>(counters.settled) / took_s;
    out["name"] = "settle";
    out["outputs"] = options.outputs;
    out["seconds"] = took_s;
    out["settled"] = counters.settled.load();
    out["refused"] = counters.other.load();
    out["blocks"] = workload.engine().head().height;
    out["settled_per_s"] = settled;
    out["raw_verify_per_s"] = raw;
    out["raw_verify_per_s_before"] = raw_before;
    out["raw_verify_per_s_after"] = raw_after;
    out["ratio"] = settled / raw;
    out["threads"] = threads;
    out["seed"] = options.seed;
  }
  if (temporary) std::filesystem::remove_all(directory);
  return out;
}

}  // namespace tally::bench
