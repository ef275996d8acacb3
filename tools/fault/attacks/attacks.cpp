#include "fault/attacks/attacks.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <csignal>
#include <limits>
#include <new>
#include <stdexcept>
#include <thread>

#include "fault/attacks/attackers.hpp"

namespace tally::fault {
namespace {

using namespace std::chrono_literals;

// The honest member's p99 may be so many times its quiet one, which counts as at least kFloorMs:
// below that it says more of the machine than of the node. The quiet one is measured right before
// and right after each attack, because the machine may be another's too; and of an attack's windows
// the middle one counts, so that one hiccup is not taken for the node's.
constexpr double kTimesMax = 10;
constexpr double kFloorMs = 5;
constexpr auto kQuietTime = 600ms;
constexpr std::size_t kWindows = 3;
constexpr std::uint64_t kMemoryMaxBytes = std::uint64_t{512} << 20;
constexpr auto kRecoveryMax = 10s;
constexpr int kTriesMax = 3;
// What an attack prepares takes a part of its time, and at default limits it has more to prepare.
constexpr std::chrono::milliseconds kDefaultTime = 3s;
// Beside the answers to its requests an attacker is told of a batch's transactions that settled: at
// most each of its coins once.
constexpr std::uint64_t kSettledMax = AttackedNode::kCoins;

struct Way {
  std::string_view name;
  void (*run)(const Attack&);
  /// What the abuser must meet.
  bool (*stopped)(const Met&) = [](const Met& met) { return met.overloaded + met.cut > 0; };
  std::size_t addresses = 1;  ///< That it comes from.
};

bool is_cut(const Met& met) { return met.cut > 0; }
// What it sends is wrong in itself, and is called so.
bool is_refused(const Met& met) { return met.refused + met.overloaded + met.cut > 0; }

// A new attack is a function in attackers.cpp and a line here.
constexpr std::array kWays{
    Way{"slowloris, 2,000 connections", slowloris, is_cut, 10},
    Way{"bad signatures", bad_signatures},
    Way{"conflicting spends", conflicting_spends},
    Way{"huge batches", huge_batches},
    Way{"slow WebSocket readers", slow_readers, is_cut, 2},
    Way{"idempotency keys", idempotency_keys},
    Way{"timeouts that are refused", refused_timeouts},
    Way{"lease hoarding", lease_hoarding},
    Way{"connection churn", connection_churn},
    Way{"pipelining", pipelining},
    Way{"deep JSON", deep_json, is_refused},
    Way{"scans", scan_flood},
    Way{"waits for a height", wait_flood},
    Way{"sign-ins of made-up keys", sign_in_flood, is_refused},
    Way{"captures", capture_flood},
};

/// The honest member's p99.
struct Pace {
  double transfers_ms = 0;
  double look_ups_ms = 0;
};

Pace pace_of(const Honest& met) {
  const auto p99 = [](const std::vector<double>& values) {
    return values.empty() ? std::numeric_limits<double>::infinity() : quantile(values, 0.99);
  };
  return {p99(met.transfers_ms), p99(met.look_ups_ms)};
}

double limit(double quiet_ms) { return kTimesMax * std::max(quiet_ms, kFloorMs); }

// A quiet while, once the honest member has made up for what came late.
Honest rest(HonestMember& honest) {
  const auto end = std::chrono::steady_clock::now() + kRecoveryMax;
  while (!honest.on_time() && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(20ms);
  }
  honest.take();
  std::this_thread::sleep_for(kQuietTime);
  return honest.take();
}

// What was met in the quiet before an attack and after it.
Honest both(Honest before, const Honest& after) {
  const auto append = [](std::vector<double>& to, const std::vector<double>& what) {
    to.insert(to.end(), what.begin(), what.end());
  };
  append(before.transfers_ms, after.transfers_ms);
  append(before.look_ups_ms, after.look_ups_ms);
  return before;
}

// The most memory that the node has until `end`.
std::uint64_t watch(const AttackedNode& node, std::chrono::steady_clock::time_point end) {
  std::uint64_t most = 0;
  while (std::chrono::steady_clock::now() < end) {
    most = std::max(most, node.resident_bytes());
    std::this_thread::sleep_for(20ms);
  }
  return most;
}

bool recovers(AttackedNode& node) {
  const auto end = std::chrono::steady_clock::now() + kRecoveryMax;
  while (!node.healthy()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(50ms);
  }
  return true;
}

// The attackers' own process: within that of the honest member they would keep its locks while they
// wait for a processor, and it would be measured waiting for them.
class AttackerProcess {
 public:
  /// Forks, so there must be no threads yet.
  explicit AttackerProcess(AttackedNode& node) {
    void* memory =
        ::mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::runtime_error("no shared memory");
    board_ = new (memory) Board;
    const auto parent = ::getpid();
    pid_ = ::fork();
    if (pid_ < 0) throw std::runtime_error("no process for the attackers");
    if (pid_ > 0) return;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    while (::getppid() == parent) serve(node);
    ::_exit(0);
  }
  AttackerProcess(const AttackerProcess&) = delete;
  AttackerProcess& operator=(const AttackerProcess&) = delete;
  ~AttackerProcess() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    ::munmap(board_, sizeof(Board));
  }

  void start(std::size_t way) {
    for (auto* count : {&met().served, &met().refused, &met().overloaded, &met().cut}) *count = 0;
    board_->stopping = false;
    board_->way = static_cast<int>(way);
  }
  void stop() {
    board_->stopping = true;
    while (board_->way >= 0 && ::waitpid(pid_, nullptr, WNOHANG) == 0) {
      std::this_thread::sleep_for(5ms);
    }
  }
  [[nodiscard]] Met& met() { return board_->met; }

 private:
  struct Board {
    std::atomic<int> way{-1};  // in kWays, while it is carried out
    std::atomic<bool> stopping{false};
    Met met;
  };
  void serve(AttackedNode& node) {
    std::this_thread::sleep_for(5ms);
    if (board_->way < 0) return;
    kWays[static_cast<std::size_t>(board_->way)].run({node, board_->met, board_->stopping});
    board_->way = -1;
  }

  Board* board_ = nullptr;
  pid_t pid_ = -1;
};

// What an attack has come to.
struct Seen {
  std::array<Pace, kWindows> windows;
  std::uint64_t memory_bytes = 0;
  bool recovered = false;
  std::uint64_t served_max = 0;  ///< By the limit for each of its addresses.

  [[nodiscard]] double middle(double Pace::* what) const {
    auto sorted = windows;
    std::ranges::sort(sorted, {}, what);
    return sorted[kWindows / 2].*what;
  }
};

Seen attack_by(std::size_t way, AttackerProcess& attackers, AttackedNode& node,
               HonestMember& honest, std::chrono::milliseconds time) {
  Seen out;
  const auto begun = std::chrono::steady_clock::now();
  attackers.start(way);
  std::this_thread::sleep_for(200ms);  // until it has begun
  honest.take();
  auto end = std::chrono::steady_clock::now();
  for (auto& window : out.windows) {
    end += time / kWindows;
    out.memory_bytes = std::max(out.memory_bytes, watch(node, end));
    window = pace_of(honest.take());
  }
  attackers.stop();
  const auto took = std::chrono::steady_clock::now() - begun;
  out.served_max = kWays[way].addresses * node.requests_max(took) + kSettledMax;
  out.recovered = recovers(node);
  return out;
}

struct Findings {
  Row row;
  std::vector<std::string> wrong;
};

// What an attack has come to, held against what was quiet beside it. At default limits seconds are
// too short to be told or cut off in, and on two processors those who attack within the limits take
// what the node has: there the pace is told, and the rest is held.
Findings judge(const Way& way, const Seen& seen, const Met& met, const Pace& quiet, bool tight) {
  Findings out;
  const auto demand = [&](bool holds, std::string_view what) {
    if (!holds) out.wrong.push_back(fmt::format("{}: {}", way.name, what));
  };
  const auto compare = [&](std::string_view what, double Pace::* kind) {
    const auto most = limit(quiet.*kind);
    if (!tight) return;
    demand(std::isfinite(most), fmt::format("in quiet the honest member has no {}", what));
    demand(seen.middle(kind) <= most, fmt::format("the honest member's {} have a p99 of {:.1f} ms, "
                                                  "not {:.1f}",
                                                  what, seen.middle(kind), most));
  };
  compare("transfers", &Pace::transfers_ms);
  compare("look-ups", &Pace::look_ups_ms);
  demand(seen.memory_bytes <= kMemoryMaxBytes,
         fmt::format("the node holds {} MiB", seen.memory_bytes >> 20));
  demand(!tight || way.stopped(met), "the abuser was neither told nor cut off");
  demand(met.served <= seen.served_max,
         fmt::format("the abuser was served {} times, not {}", met.served.load(), seen.served_max));
  demand(seen.recovered, "the node is not healthy afterwards");
  out.row = {
      fmt::format("{}{}", way.name, tight ? "" : ", default limits"), 1,
      out.wrong.empty() ? 0u : 1u,
      fmt::format("p99 {:.1f}/{:.1f} ms (quiet {:.1f}/{:.1f}), {} MiB; abuser: {} overloaded, {} "
                  "cut, {} refused, {} served of {}",
                  seen.middle(&Pace::transfers_ms), seen.middle(&Pace::look_ups_ms),
                  quiet.transfers_ms, quiet.look_ups_ms, seen.memory_bytes >> 20,
                  met.overloaded.load(), met.cut.load(), met.refused.load(), met.served.load(),
                  seen.served_max)};
  return out;
}

// Thousands of connections need as many descriptors, here and in the node, which inherits it.
bool raise_descriptors() {
  rlimit now{};
  if (::getrlimit(RLIMIT_NOFILE, &now) != 0) return false;
  now.rlim_cur = std::min<rlim_t>(now.rlim_max, 16'384);
  return ::setrlimit(RLIMIT_NOFILE, &now) == 0 && now.rlim_cur >= 4'096;
}

// Every way, one after the other, on a node of its own.
void attack_each_way(const Options& options, bool tight, std::chrono::milliseconds time,
                     Result& result) {
  AttackedNode node(options, tight);
  AttackerProcess attackers(node);
  HonestMember honest(node);
  std::this_thread::sleep_for(1s);  // connections are made, caches are warm
  auto before = rest(honest);
  std::uint64_t retries = 0;
  for (std::size_t way = 0; way < kWays.size(); ++way) {
    const auto attack = [&] {
      const auto seen = attack_by(way, attackers, node, honest, time);
      const auto after = rest(honest);
      const auto quiet = pace_of(both(std::exchange(before, after), after));
      return judge(kWays[way], seen, attackers.met(), quiet, tight);
    };
    // What is wrong once may be the machine's doing: twice out of three times it is the node's.
    auto found = attack();
    int tries = 1;
    if (!found.wrong.empty()) {
      ++tries;
      auto second = attack();
      if (second.wrong.empty()) ++tries;
      found = second.wrong.empty() ? attack() : std::move(second);
    }
    if (tries > 1) found.row.detail += fmt::format("; tried {} times", tries);
    retries += static_cast<std::uint64_t>(tries - 1);
    result.rows.push_back(std::move(found.row));
    std::ranges::move(found.wrong, std::back_inserter(result.failures));
  }
  if (!tight) return;
  result.rows.push_back({"tried again", retries, 0,
                         fmt::format("wrong once of at most {} times is forgiven; the p99 is the "
                                     "middle one of {} windows, and may be {} x the quiet one or "
                                     "{} ms",
                                     kTriesMax, kWindows, kTimesMax, kTimesMax * kFloorMs)});
}

}  // namespace

Result run_attacks(const Options& options) {
  Result result;
  if (!raise_descriptors()) {
    result.failures.emplace_back("needs 4,096 open files: ulimit -n");
    return result;
  }
  std::chrono::milliseconds time = std::chrono::seconds(std::max<std::uint64_t>(1, options.count));
  if (options.time_max.count() > 0) {
    // Each takes about two seconds beside, in both passes.
    const auto share = options.time_max / static_cast<std::int64_t>(2 * (kWays.size() + 1)) - 2s;
    time = std::clamp<std::chrono::milliseconds>(share, 1s, time);
  }
  attack_each_way(options, true, time, result);
  attack_each_way(options, false, std::max(time, kDefaultTime), result);
  if (!result.failures.empty()) {
    result.failures.push_back(fmt::format("again: tally-torture --attacks {}", options.count));
  }
  return result;
}

}  // namespace tally::fault
