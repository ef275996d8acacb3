#include "fault/attacks.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <new>
#include <stdexcept>
#include <thread>

#include "fault/attackers.hpp"

namespace tally::fault {
namespace {

using namespace std::chrono_literals;

// The honest member's p99 may be so many times its quiet one, which counts as at least kFloorMs:
// below that it says more of the machine than of the node.
constexpr double kTimesMax = 10;
constexpr double kFloorMs = 5;
constexpr std::uint64_t kMemoryMaxBytes = std::uint64_t{512} << 20;
constexpr auto kRecoveryMax = 10s;

struct Way {
  std::string_view name;
  void (*run)(const Attack&);
  /// Whether it is enough that what it sends is found wrong; else it must be told that it is too
  /// much, or be cut off.
  bool wrong_is_enough = false;
};

// A new attack is a function in attackers.cpp and a line here.
constexpr std::array kWays{
    Way{"slowloris, 2,000 connections", slowloris},
    Way{"bad signatures", bad_signatures},
    Way{"conflicting spends", conflicting_spends},
    Way{"huge batches", huge_batches},
    Way{"slow WebSocket readers", slow_readers},
    Way{"idempotency keys", idempotency_keys},
    Way{"timeouts that are refused", refused_timeouts},
    Way{"lease hoarding", lease_hoarding, true},
    Way{"connection churn", connection_churn},
    Way{"pipelining", pipelining},
    Way{"deep JSON", deep_json, true},
    Way{"scans", scan_flood},
};

struct Quiet {
  double transfer_ms = 0;
  double look_up_ms = 0;
};

double limit(double quiet_ms) { return kTimesMax * std::max(quiet_ms, kFloorMs); }

// The most memory that the node has while `attack` lasts.
std::uint64_t watch(AttackedNode& node, std::chrono::seconds time) {
  std::uint64_t most = 0;
  const auto end = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < end) {
    most = std::max(most, node.resident_bytes());
    std::this_thread::sleep_for(50ms);
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

struct Findings {
  Row row;
  std::vector<std::string> wrong;
};

Findings attack_by(std::size_t index, AttackerProcess& attackers, AttackedNode& node,
                   HonestMember& honest, const Quiet& quiet, std::chrono::seconds time) {
  const auto& way = kWays[index];
  attackers.start(index);
  std::this_thread::sleep_for(200ms);  // until it has begun
  honest.take();
  const auto memory = watch(node, time);
  const auto seen = honest.take();
  attackers.stop();
  const auto& met = attackers.met();

  Findings out;
  const auto transfer_ms = quantile(seen.transfers_ms, 0.99);
  const auto look_up_ms = quantile(seen.look_ups_ms, 0.99);
  const auto demand = [&](bool holds, std::string what) {
    if (!holds) out.wrong.push_back(fmt::format("{}: {}", way.name, what));
  };
  demand(!seen.transfers_ms.empty() && transfer_ms <= limit(quiet.transfer_ms),
         fmt::format("the honest member's transfers have a p99 of {:.1f} ms, not {:.1f}; {} done",
                     transfer_ms, limit(quiet.transfer_ms), seen.transfers_ms.size()));
  demand(!seen.look_ups_ms.empty() && look_up_ms <= limit(quiet.look_up_ms),
         fmt::format("the honest member's look-ups have a p99 of {:.1f} ms, not {:.1f}", look_up_ms,
                     limit(quiet.look_up_ms)));
  demand(memory <= kMemoryMaxBytes, fmt::format("the node holds {} MiB", memory >> 20));
  const auto stopped = met.overloaded + met.cut + (way.wrong_is_enough ? met.refused.load() : 0);
  demand(stopped > 0, "the abuser was neither told nor cut off");
  demand(recovers(node), "the node is not healthy afterwards");
  honest.take();
  out.row = {std::string(way.name), 1, out.wrong.empty() ? 0u : 1u,
             fmt::format("p99 {:.1f}/{:.1f} ms, {} MiB; abuser: {} overloaded, {} cut, {} refused, "
                         "{} served",
                         transfer_ms, look_up_ms, memory >> 20, met.overloaded.load(),
                         met.cut.load(), met.refused.load(), met.served.load())};
  return out;
}

// Thousands of connections need as many descriptors, here and in the node, which inherits it.
bool raise_descriptors() {
  rlimit now{};
  if (::getrlimit(RLIMIT_NOFILE, &now) != 0) return false;
  now.rlim_cur = std::min<rlim_t>(now.rlim_max, 16'384);
  return ::setrlimit(RLIMIT_NOFILE, &now) == 0 && now.rlim_cur >= 4'096;
}

}  // namespace

Result run_attacks(const Options& options) {
  Result result;
  if (!raise_descriptors()) {
    result.failures.emplace_back("needs 4,096 open files: ulimit -n");
    return result;
  }
  AttackedNode node(options);
  AttackerProcess attackers(node);
  HonestMember honest(node);
  auto time = std::chrono::seconds(std::max<std::uint64_t>(1, options.count));
  if (options.time_max.count() > 0) {
    // Each takes about a second beside.
    const auto share = options.time_max / static_cast<std::int64_t>(kWays.size() + 1) - 1s;
    time = std::clamp(share, 1s, time);
  }
  std::this_thread::sleep_for(500ms);  // connections are made, caches are warm
  honest.take();
  std::this_thread::sleep_for(time + 1s);
  const auto calm = honest.take();
  const Quiet quiet{quantile(calm.transfers_ms, 0.99), quantile(calm.look_ups_ms, 0.99)};
  result.rows.push_back(
      {"quiet", 1, calm.transfers_ms.empty() ? 1u : 0u,
       fmt::format("p50 {:.1f}/{:.1f} ms, p99 {:.1f}/{:.1f} ms (transfers/look-ups), {} MiB",
                   quantile(calm.transfers_ms, 0.5), quantile(calm.look_ups_ms, 0.5),
                   quiet.transfer_ms, quiet.look_up_ms, node.resident_bytes() >> 20)});
  for (std::size_t way = 0; way < kWays.size(); ++way) {
    auto found = attack_by(way, attackers, node, honest, quiet, time);
    result.rows.push_back(std::move(found.row));
    for (auto& wrong : found.wrong) {
      result.failures.push_back(
          fmt::format("{}\n  again: tally-torture --attacks {}", wrong, options.count));
    }
  }
  return result;
}

}  // namespace tally::fault
