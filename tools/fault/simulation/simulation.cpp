#include "fault/simulation/simulation.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <mutex>
#include <thread>

#include "fault/simulation/life.hpp"

namespace tally::fault {
namespace {

constexpr std::uint64_t kTwiceEvery = 50;
constexpr std::size_t kFailuresMax = 20;
// From so many lives on, each kind of fault must have happened: else the harness shows nothing.
constexpr std::uint64_t kEnoughLives = 300;

std::string command(std::uint64_t seed) {
  return fmt::format("tools/torture --seeds 1 --seed {}", seed);
}

// A failed CHECK ends the process: the last word is the seed that led to it.
thread_local std::uint64_t seed_of_thread = 0;

void name_seed(int) {
  std::array<char, 128> line;
  const auto size =
      std::snprintf(line.data(), line.size(), "repeat it: tools/torture --seeds 1 --seed %llu\n",
                    static_cast<unsigned long long>(seed_of_thread));
  if (write(STDERR_FILENO, line.data(), static_cast<std::size_t>(size)) < 0) {
    // Nobody reads it.
  }
}

// A planted bug is caught once: the other lives need not.
bool is_caught(std::uint64_t failed) {
  static const bool kPlanted = std::getenv("TALLY_PLANTED") != nullptr;
  return kPlanted && failed > 0;
}

struct Total {
  std::mutex mutex;
  LifeCounts counts;
  std::uint64_t lives = 0;
  std::uint64_t failed = 0;
  std::uint64_t twice = 0;
  std::uint64_t differed = 0;
  std::vector<std::string> failures;
};

void live(std::uint64_t seed, bool twice, bool verbose, Total& total) {
  seed_of_thread = seed;
  Life life(seed, verbose);
  const auto wrong = life.run();
  bool differs = false;
  if (twice || !wrong.empty()) {
    Life again(seed);
    differs = again.run() != wrong || again.trace() != life.trace();
  }
  const std::lock_guard lock(total.mutex);
  if (verbose) {
    fmt::print("seed {}: {} steps, {} blocks, {} settled, {} crashes, trace {:016x} {}\n", seed,
               life.counts().steps, life.counts().blocks, life.counts().settled,
               life.counts().crashes, life.trace(), wrong);
  }
  total.counts += life.counts();
  ++total.lives;
  total.twice += twice ? 1 : 0;
  total.failed += wrong.empty() ? 0 : 1;
  total.differed += differs ? 1 : 0;
  if (total.failures.size() >= kFailuresMax) return;
  if (!wrong.empty()) total.failures.push_back(fmt::format("{}: {}", wrong, command(seed)));
  if (differs) total.failures.push_back("lived twice, it differs: " + command(seed));
}

std::vector<Row> rows(const Total& total) {
  const auto& counts = total.counts;
  const auto must = [&](std::string what, std::uint64_t happened, std::string detail = {}) {
    return must_happen(std::move(what), happened, total.lives >= kEnoughLives, std::move(detail));
  };
  return {
      {"lives", total.lives, total.failed,
       fmt::format("{} steps, {} blocks, {} settled, {} rejected", counts.steps, counts.blocks,
                   counts.settled, counts.rejected)},
      {"lived twice, the same", total.twice, total.differed, ""},
      must("crashes", counts.crashes, fmt::format("{} in a commit", counts.crashes_in_commit)),
      must("crashes during recovery", counts.crashes_in_recovery),
      must("unknown outcomes", counts.unknown),
      must("tip slots torn", counts.torn_tips),
      must("view commits lost", counts.lost_commits),
      must("reads failed", counts.read_faults),
      must("writes failed or refused", counts.write_faults),
      must("writes gone astray", counts.misdirected),
      must("told as corrupt", counts.told_corrupt),
      must("halts", counts.halts),
      must("clock steps", counts.clock_steps),
      must("checkpoints", counts.checkpoints),
      must("orders timed out", counts.timeouts),
      must("refusals as the model has them", counts.refusals_held),
      must("submissions over a member's rate", counts.over_rate),
      must("views compared with a rebuild", counts.views_compared),
  };
}

}  // namespace

Result run_seeds(const Options& options) {
  std::signal(SIGABRT, name_seed);
  Total total;
  std::atomic<std::uint64_t> next{0};
  std::atomic<bool> caught{false};
  const auto begun = std::chrono::steady_clock::now();
  const auto work = [&] {
    while (true) {
      const auto i = next++;
      if (caught) return;
      const bool late = options.time_max.count() > 0 &&
                        std::chrono::steady_clock::now() - begun > options.time_max;
      if (i >= options.count || late) return;
      live(options.seed + i, i % kTwiceEvery == 0, options.verbose, total);
      const std::lock_guard lock(total.mutex);
      caught = is_caught(total.failed);
    }
  };
  std::vector<std::thread> threads;
  const auto count = std::max(1u, std::thread::hardware_concurrency());
  for (unsigned i = 0; i < count; ++i) threads.emplace_back(work);
  for (auto& thread : threads) thread.join();
  std::signal(SIGABRT, SIG_DFL);
  return {rows(total), std::move(total.failures)};
}

}  // namespace tally::fault
