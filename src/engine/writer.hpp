// The writer: everything between the queue of admitted transactions and the replies, on one thread.
//
//   step(batch) ─▶ refusals while halted ─▶ Core::step ─▶ BlockFeed, replies ─▶ checkpoint
//                                                └ fault: halt
//
// Deterministic: it reads nothing but the clock, and whatever runs beside it is handed in
// (CheckpointRunner). The engine steps it from a thread and a queue; the simulation of tools/fault
// steps it from a seed.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "engine/block_feed.hpp"
#include "engine/core.hpp"
#include "engine/submission.hpp"

namespace tally::engine {

/// Whether the node writes, and why not.
struct WritingState {
  bool halted = false;
  std::string reason;  ///< For the operator; empty while it writes.
  /// For want of room (disk, map, readers in the way): it resumes by itself once there is some.
  bool waits_for_room = false;
};

inline constexpr std::uint64_t kAdvanceMsMax = 400 * contracts::kDayMs;

/// Runs the work of a checkpoint beside the writer, one at a time. The writer's thread.
class CheckpointRunner {
 public:
  virtual ~CheckpointRunner() = default;
  virtual void start(std::function<ledger::Faulty<void>()> work) = 0;
  /// Whether take() would not wait.
  [[nodiscard]] virtual bool done() const = 0;
  /// The result of what was started, once; waits for it.
  virtual ledger::Faulty<void> take() = 0;
};

class Writer {
 public:
  /// `ledger`, `clock`, `feed` and `runner` outlive it. The ledger's stores do not return from a
  /// write of unknown outcome (storage/unknown_outcome.hpp; CHECKed): nobody could be answered.
  Writer(ledger::Ledger& ledger, const Clock& clock, BlockFeed& feed, CheckpointRunner& runner,
         CoreOptions options);

  // ---- The writer's thread. ----

  /// Answers each of the batch, once what it is told is durable. An empty batch lets time pass:
  /// timeouts, heartbeats, checkpoints. At the bound of the ledger's memory it waits for the
  /// checkpoint that is running, and if that fails it halts.
  void step(std::vector<Admitted> batch);
  /// Moves a development network's time forward, by kAdvanceMsMax at most. False on any other
  /// network, beyond that, and when writing is or gets halted.
  bool advance_time(std::uint64_t ms);
  /// Refuses a transaction from now on (Core::quarantine).
  void quarantine(const contracts::Txid& txid) { core_.quarantine(txid); }
  [[nodiscard]] const Quarantine& quarantined() const { return core_.quarantined(); }
  /// Halts writing.
  void halt(const ledger::Fault& fault);
  /// Halts until resume(), before the first step: what is there can be read as it was left.
  void hold();
  /// Writes again after a halt; what the clocks say now is right.
  void resume();
  /// Takes a last checkpoint, so that the next start is short. Nothing may follow.
  void finish();

  // ---- Any thread. ----

  /// Views have durably reached this height.
  void set_published(std::uint64_t height) { published_.store(height); }
  [[nodiscard]] WritingState state() const;
  /// The last durable block's header.
  [[nodiscard]] codec::BlockHeader head() const;
  /// The ledger's time as of now.
  [[nodiscard]] std::uint64_t time_ms() const;

 private:
  void write_batch(std::vector<Admitted> batch);
  void complete(std::vector<Reply>& replies, ledger::Faulty<Core::Step> step);
  void publish(const Core::Step& step);
  void wait_for_memory();
  void tend_checkpoint();
  void collect_checkpoint();
  /// After a halt for want of room: looks, now and then, whether there is some.
  void try_to_resume();
  [[nodiscard]] Now now() const { return {clock_.wall_ms(), clock_.monotonic_ms()}; }

  ledger::Ledger& ledger_;
  const Clock& clock_;
  BlockFeed& feed_;
  CheckpointRunner& runner_;
  Core core_;
  std::function<ledger::Faulty<void>()> checkpoint_work_;
  bool checkpoint_started_ = false;  // with the runner, and not taken back yet
  bool waits_for_room_ = false;      // state_ has the same, for other threads
  std::uint64_t next_try_ms_ = 0;

  std::atomic<std::uint64_t> published_{0};
  std::atomic<std::uint64_t> time_offset_ms_{0};
  mutable std::mutex mutex_;  // guards the two below
  WritingState state_;
  codec::BlockHeader head_;
};

}  // namespace tally::engine
