// The life of one node, as a seed decides it: how much arrives, what the network, the disk and the
// clock do to it, when it crashes, in which operation, and again while it recovers. After every
// step the ledger is held to its promises; at the end the faults cease, and everything that was
// ever submitted must get its final answer.
//
//   step:  time passes ─ clients send ─ the node works (or starts, or dies) ─ answers ─ check
#pragma once

#include <memory>
#include <string>

#include "fault/simulation/simulated_clients.hpp"

namespace tally::fault {

/// What happened in lives, added up for the closing table.
struct LifeCounts {
  std::uint64_t steps = 0;
  std::uint64_t blocks = 0;
  std::uint64_t settled = 0;
  std::uint64_t rejected = 0;
  std::uint64_t crashes = 0;
  std::uint64_t crashes_in_recovery = 0;
  std::uint64_t crashes_in_commit = 0;
  std::uint64_t unknown = 0;
  std::uint64_t torn_tips = 0;
  std::uint64_t lost_commits = 0;
  std::uint64_t read_faults = 0;
  std::uint64_t write_faults = 0;
  std::uint64_t misdirected = 0;
  std::uint64_t told_corrupt = 0;
  std::uint64_t halts = 0;
  std::uint64_t clock_steps = 0;
  std::uint64_t checkpoints = 0;
  std::uint64_t timeouts = 0;
  std::uint64_t refusals_held = 0;
  std::uint64_t over_rate = 0;
  std::uint64_t views_compared = 0;
  LifeCounts& operator+=(const LifeCounts& other);
};

class Life {
 public:
  /// `verbose`: says on standard output what happens.
  explicit Life(std::uint64_t seed, bool verbose = false);

  /// Lives it. Returns what is wrong, at which step; "" if nothing.
  std::string run();
  [[nodiscard]] const LifeCounts& counts() const { return counts_; }
  /// Of everything that was answered, written and asked for: the same seed gives the same.
  [[nodiscard]] std::uint64_t trace() const;

 private:
  void choose_faults();
  void step();
  void pass_time();
  void change_weather();
  void start_node();
  void work();
  void tend();
  void check();
  void check_fault(const std::string& what);
  [[nodiscard]] bool is_corruption(const std::string& what) const;
  void check_memory();
  void read_stream();
  void compare_views();
  void compare_twin();
  void finish();
  void heal();
  void heal_step();
  void crash(bool recovering);
  void set_clock_right() { clock_.step_wall(start_ms_ + clock_.monotonic_ms()); }
  void fail(std::string what);
  void note(const std::string& what) const;

  const std::uint64_t seed_;
  const bool verbose_;
  const std::uint64_t start_ms_;
  Chance chance_;
  ManualClock clock_;
  const Bytes genesis_;
  SimulatedDisk disk_;
  NodeOptions node_options_;
  SimulatedNode node_;
  SimulatedClients clients_;
  LedgerModel model_;
  LifeCounts counts_;

  std::uint64_t steps_max_ = 0;
  std::uint64_t arrivals_max_ = 0;
  std::uint64_t batch_max_ = 1;
  std::uint64_t crash_ppm_ = 0;
  std::uint64_t full_ppm_ = 0;
  std::uint64_t clock_ppm_ = 0;
  std::uint64_t follow_pct_ = 100;
  std::uint64_t down_steps_ = 0;
  std::uint64_t halted_steps_ = 0;
  std::uint64_t stream_height_ = 0;  // of the block that the slow reader wants next
  Hash32 stream_hash_{};
  std::string wrong_;
};

}  // namespace tally::fault
