// The engine: threads and queues around admission and the writer (writer.hpp), which do the work.
//
//   submit() ─▶ [submissions] ─▶ admission × n ─▶ [admitted] ─▶ Writer::step() ─▶ replies
//      │ full: overloaded            │ error: reply   full: waits            └─▶ BlockFeed
//
// Sources share the first queue fairly (fair_queue.hpp). The second is short and admission waits
// for room in it, so that whoever sends too much waits in the first one, where it is known who
// sends. The writer drains what is there, so a block grows with the load (group commit). Replies
// are called on an admission thread or the writer's; they must be quick and must not block.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <thread>
#include <vector>

#include "base/bounded_queue.hpp"
#include "base/clock.hpp"
#include "engine/admission.hpp"
#include "engine/block_feed.hpp"
#include "engine/fair_queue.hpp"
#include "engine/submission.hpp"
#include "engine/submission_quota.hpp"
#include "engine/writer.hpp"

namespace tally::engine {

struct EngineOptions {
  std::size_t admission_threads = 2;
  // Half of these is for members and the node itself, half for addresses.
  std::size_t submissions_max = 16'384;             ///< Waiting for admission.
  std::size_t submissions_per_source_max = 16'384;  ///< Of them, of one source.
  /// Of those waiting for admission; half as much again in all.
  std::size_t unanswered_bytes_max = std::size_t{64} << 20;

  std::size_t admitted_max = 1'024;  ///< Waiting for the writer.
  std::size_t block_transactions_max = 2'048;
  /// For what each member answers, its agents' submissions included, and for what an address sends
  /// that its signer does not pay for (submission_quota.hpp); strangers share one quota. A
  /// transaction takes a token for each signer, at least one, and one for each kRateBytes of it.
  BucketRate member_rate{};
  /// Of each source, for transactions that nobody signs and nobody else would be charged for: the
  /// timeouts of orders.
  BucketRate unsigned_rate{};
  std::size_t feed_bytes_max = std::size_t{64} << 20;  ///< Of recent blocks, for followers.
  CoreOptions core;
  bool hold = false;  ///< Begins halted: Writer::hold().
};

/// A thread for each checkpoint.
class ThreadRunner final : public CheckpointRunner {
 public:
  void start(std::function<ledger::Faulty<void>()> work) override {
    running_ = std::async(std::launch::async, std::move(work));
  }
  [[nodiscard]] bool done() const override {
    return running_.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
  }
  ledger::Faulty<void> take() override { return running_.get(); }

 private:
  std::future<ledger::Faulty<void>> running_;
};

class Engine {
 public:
  using Reply = engine::Reply;
  using Work = std::move_only_function<void()>;

  /// Starts the threads. `ledger` and `clock` outlive the engine.
  Engine(ledger::Ledger& ledger, const Clock& clock, EngineOptions options);
  /// stop().
  ~Engine();

  /// Takes a submission; `reply` is called exactly once with the final answer. When there is no
  /// room for the source or the node is stopping it is called at once: queue_full, stopping; also
  /// later, if the source has more than others and its place goes to them. Any thread.
  void submit(codec::SignedTransaction submission, Reply reply, const Source& source = {});

  /// The source that a key counts as: that of the member who answers for it; nothing for the key of
  /// a stranger, since anybody can have many. Any thread.
  [[nodiscard]] std::optional<Source> source_of(const contracts::PublicKey& key) const;

  /// The verdict on a body now, changing nothing and looking at no witness. Any thread.
  ledger::Faulty<contracts::Result<contracts::Delta>> simulate(Bytes body) const;

  // ---- The operator's. Any thread but the writer's, on which they are carried out between blocks,
  // and which they wait for. Nothing if the engine has stopped: then it was not done. ----

  /// Writer::advance_time().
  [[nodiscard]] std::optional<bool> advance_time(std::uint64_t ms);
  /// Refuses a transaction that broke an invariant. It is refused in memory alone: `keep` is given
  /// all that is in quarantine then, to write it down, and its result returned. Of two at once the
  /// second is given what the first has put in, and after it.
  using Keep = std::function<std::expected<void, std::string>(const Quarantine&)>;
  [[nodiscard]] std::optional<std::expected<void, std::string>> quarantine(
      const contracts::Txid& txid, const Keep& keep);
  /// Writes again after a halt. False if the engine has stopped.
  [[nodiscard]] bool resume();
  /// Halts writing because of what was found beside it: a damaged store, views that stand still.
  /// Once the engine has stopped nothing is written anyway.
  void halt(const ledger::Fault& fault);

  /// Answers everything that waits, takes a last checkpoint, and ends the threads. Idempotent.
  void stop();

  [[nodiscard]] BlockFeed& feed() { return feed_; }
  [[nodiscard]] const ledger::Ledger& ledger() const { return ledger_; }
  /// Views have durably reached this height.
  void set_published(std::uint64_t height) { writer_.set_published(height); }
  [[nodiscard]] WritingState writing_state() const { return writer_.state(); }
  /// The last durable block's header. Any thread.
  [[nodiscard]] codec::BlockHeader head() const { return writer_.head(); }
  /// The ledger's time as of now. Any thread.
  [[nodiscard]] std::uint64_t time_ms() const { return writer_.time_ms(); }
  [[nodiscard]] std::size_t submissions_waiting() const { return submissions_.size(); }
  [[nodiscard]] std::size_t admitted_waiting() const { return admitted_.size(); }

 private:
  void run_admission();
  [[nodiscard]] bool over_quota(const AdmittedTransaction& admitted, const Source& source);
  void run_writer();
  void run_control();
  [[nodiscard]] bool on_writer(Work work);

  ledger::Ledger& ledger_;
  const Clock& clock_;
  const EngineOptions options_;
  const Admission admission_;
  BlockFeed feed_;
  ThreadRunner runner_;
  Writer writer_;
  SubmissionQuota quota_;
  FairQueue submissions_;
  BoundedQueue<Admitted> admitted_;
  BoundedQueue<Work> control_;
  // Of members and the node, and of addresses.
  std::array<std::atomic<std::size_t>, 2> unanswered_bytes_{};
  std::atomic<bool> stopping_{false};
  std::vector<std::thread> admission_threads_;
  std::thread writer_thread_;
};

}  // namespace tally::engine
