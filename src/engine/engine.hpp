// The engine: threads and queues around the core.
//
//   submit() ─▶ [submissions] ─▶ admission × n ─▶ [admitted] ─▶ writer: Core::step ─▶ replies
//      │ full: overloaded            │ error: reply   │ full: overloaded     └─▶ BlockFeed
//
// The writer drains what is there, so a block grows with the load (group commit). Replies are
// called on an admission thread or the writer's; they must be quick and must not block.
#pragma once

#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <thread>
#include <variant>
#include <vector>

#include "base/bounded_queue.hpp"
#include "base/clock.hpp"
#include "engine/admission.hpp"
#include "engine/block_feed.hpp"
#include "engine/core.hpp"
#include "engine/rate_quota.hpp"

namespace tally::engine {

struct EngineOptions {
  std::size_t admission_threads = 2;
  std::size_t submissions_max = 16'384;                      ///< Waiting for admission.
  std::size_t admitted_max = 16'384;                         ///< Waiting for the writer.
  std::size_t unanswered_bytes_max = std::size_t{64} << 20;  ///< Of all these together.
  std::size_t block_transactions_max = 2'048;
  /// For what each member answers, its agents' submissions included; strangers share one quota. 0:
  /// none.
  std::uint64_t member_rate_per_second = 0;
  std::uint64_t member_rate_burst = 0;
  std::size_t feed_bytes_max = std::size_t{64} << 20;  ///< Of recent blocks, for followers.
  CoreOptions core;
};

/// Whether the node writes, and why not.
struct WritingState {
  bool halted = false;
  std::string reason;  ///< For the operator; empty while it writes.
};

inline constexpr std::uint64_t kAdvanceMsMax = 400 * contracts::kDayMs;

class Engine {
 public:
  using Reply = std::move_only_function<void(ledger::Outcome)>;
  using Work = std::move_only_function<void()>;

  /// Starts the threads. `ledger` and `clock` outlive the engine.
  Engine(ledger::Ledger& ledger, const Clock& clock, EngineOptions options);
  /// stop().
  ~Engine();

  /// Takes a submission; `reply` is called exactly once with the final answer. When the queue is
  /// full or the node is stopping it is called at once: queue_full, stopping. Any thread.
  void submit(codec::SignedTransaction submission, Reply reply);

  /// The verdict on a body now, changing nothing and looking at no witness. Any thread.
  ledger::Faulty<contracts::Result<contracts::Delta>> simulate(Bytes body) const;

  /// Moves a development network's time forward, by kAdvanceMsMax at most. False on any other
  /// network, beyond that, and when writing is or gets halted. Any thread but the writer's.
  bool advance_time(std::uint64_t ms);

  /// Refuses a transaction that broke an invariant, and writes again after a halt. Any thread but
  /// the writer's. After outcome_unknown writing stays halted: the process must be restarted.
  void quarantine(const contracts::Txid& txid);
  void resume();

  /// Answers everything that waits, takes a last checkpoint, and ends the threads. Idempotent.
  void stop();

  [[nodiscard]] BlockFeed& feed() { return feed_; }
  [[nodiscard]] const ledger::Ledger& ledger() const { return ledger_; }
  /// Views have durably reached this height.
  void set_published(std::uint64_t height) { published_.store(height); }
  [[nodiscard]] WritingState writing_state() const;
  /// The last durable block's header. Any thread.
  [[nodiscard]] codec::BlockHeader head() const;
  /// The ledger's time as of now. Any thread.
  [[nodiscard]] std::uint64_t time_ms() const;
  [[nodiscard]] std::size_t submissions_waiting() const { return submissions_.size(); }
  [[nodiscard]] std::size_t admitted_waiting() const { return admitted_.size(); }

 private:
  // A submission's bytes in unanswered_bytes_, for as long as it is not answered.
  struct GiveBack {
    std::size_t bytes;
    void operator()(std::atomic<std::size_t>* total) const { *total -= bytes; }
  };
  using Unanswered = std::unique_ptr<std::atomic<std::size_t>, GiveBack>;
  struct Submission {
    codec::SignedTransaction transaction;
    Reply reply;
    Unanswered bytes;
  };
  struct Admitted {
    AdmittedTransaction transaction;
    Reply reply;
    Unanswered bytes;
  };

  void run_admission();
  [[nodiscard]] bool over_quota(const std::vector<contracts::PublicKey>& signers);
  void run_writer();
  void wait_for_memory();
  void write_batch(std::vector<Admitted> batch);
  void finish(std::vector<Reply>& replies, ledger::Faulty<Core::Step> step);
  void publish(const Core::Step& step);
  void run_control();
  void tend_checkpoint();
  void collect_checkpoint();
  void halt(const ledger::Fault& fault);
  void on_writer(Work work);
  [[nodiscard]] Now now() const { return {clock_.wall_ms(), clock_.monotonic_ms()}; }

  ledger::Ledger& ledger_;
  const Clock& clock_;
  const EngineOptions options_;
  const Admission admission_;
  Core core_;
  BlockFeed feed_;
  RateQuota quota_;
  BoundedQueue<Submission> submissions_;
  BoundedQueue<Admitted> admitted_;
  BoundedQueue<Work> control_;
  std::atomic<std::uint64_t> published_{0};
  std::atomic<std::uint64_t> time_offset_ms_{0};
  std::atomic<std::size_t> unanswered_bytes_{0};
  std::function<ledger::Faulty<void>()> checkpoint_work_;
  std::future<ledger::Faulty<void>> checkpoint_;

  mutable std::mutex state_mutex_;  // guards the three below
  WritingState state_;
  bool unknown_outcome_ = false;
  codec::BlockHeader head_;

  std::atomic<bool> stopping_{false};
  std::vector<std::thread> admission_threads_;
  std::thread writer_;
};

/// An answer that never reached the journal.
[[nodiscard]] ledger::Outcome refused(contracts::Error error);

}  // namespace tally::engine
