// One node of the simulation: the product's own admission, writer, ledger, journal, feed and views
// on a simulated disk, stepped by hand. It stands where app::Node and engine::Engine do, without
// their threads: a queue between admission and the writer, a follower that feeds the views, and a
// checkpoint that runs beside, within any operation of the disk.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "engine/submission_quota.hpp"
#include "engine/writer.hpp"
#include "fault/simulation/simulated_disk.hpp"
#include "views/views.hpp"

namespace tally::fault {

struct NodeOptions {
  ledger::LedgerOptions ledger;
  engine::CoreOptions core;
  BucketRate member_rate;
  std::size_t admitted_max = 64;
  std::size_t unanswered_bytes_max = 64 * 1024;
  std::size_t feed_bytes_max = 16 * 1024;
};

class SimulatedNode : private engine::CheckpointRunner {
 public:
  SimulatedNode(SimulatedDisk& disk, const ManualClock& clock, Chance& chance, Bytes genesis,
                NodeOptions options);
  ~SimulatedNode() override;

  /// Opens and recovers as a process does that starts; says why not. Throws Crash.
  ledger::Faulty<void> start();
  /// The process is gone, with all that it had in memory.
  void crash();
  /// A clean stop: a last checkpoint. Throws Crash.
  void stop();
  [[nodiscard]] bool is_up() const { return process_ != nullptr; }

  // ---- While it is up. All may throw Crash. ----

  /// What engine::Engine does with a submission, up to the queue to the writer.
  void submit(codec::SignedTransaction submission, engine::Reply reply);
  /// One step of the writer, with up to `count_max` of those that wait.
  void step_writer(std::size_t count_max);
  /// Feeds the views up to `blocks_max` blocks. What it cannot go on after halts writing, and is
  /// tried again when that has been resumed.
  void follow(std::size_t blocks_max);
  /// The work of a checkpoint that waits to be done.
  void run_checkpoint();

  [[nodiscard]] engine::Writer& writer() const { return *process_->writer; }
  /// The ledger's time when the writer's last step began.
  [[nodiscard]] std::uint64_t step_began_ms() const { return process_->step_began_ms; }
  [[nodiscard]] std::uint64_t monotonic_ms() const { return clock_.monotonic_ms(); }
  [[nodiscard]] engine::BlockFeed& feed() { return *process_->feed; }
  [[nodiscard]] const ledger::Ledger& ledger() const { return *process_->ledger; }
  [[nodiscard]] views::Views& views() { return *process_->views; }
  [[nodiscard]] std::size_t waiting() const { return process_->admitted.size(); }
  /// Bytes of what is not answered, as it counts them.
  [[nodiscard]] std::size_t unanswered_bytes() const { return process_->unanswered_bytes; }
  [[nodiscard]] const NodeOptions& options() const { return options_; }
  /// How many processes it has been.
  [[nodiscard]] std::uint64_t starts() const { return starts_; }
  [[nodiscard]] std::uint64_t checkpoints() const { return checkpoints_; }

 private:
  struct Process {
    explicit Process(const BucketRate& member_rate) : quota(member_rate, {}) {}

    std::unique_ptr<ledger::Ledger> ledger;
    std::unique_ptr<views::Views> views;
    std::unique_ptr<engine::BlockFeed> feed;
    std::function<ledger::Faulty<void>()> checkpoint;
    std::optional<ledger::Faulty<void>> checkpoint_result;
    std::atomic<std::size_t> unanswered_bytes{0};
    engine::SubmissionQuota quota;
    std::deque<engine::Admitted> admitted;
    std::unique_ptr<engine::Writer> writer;
    std::uint64_t step_began_ms = 0;
    bool follower_waits = false;  // until writing is resumed
  };

  void start(std::function<ledger::Faulty<void>()> work) override {
    process_->checkpoint = std::move(work);
  }
  [[nodiscard]] bool done() const override { return process_->checkpoint_result.has_value(); }
  ledger::Faulty<void> take() override;

  void wait_out(const ledger::Fault& fault);
  ledger::Faulty<void> open_ledger();
  ledger::Faulty<void> open_views();
  contracts::Result<engine::AdmittedTransaction> admit(codec::SignedTransaction submission);
  bool over_quota(const engine::AdmittedTransaction& admitted);

  SimulatedDisk& disk_;
  const ManualClock& clock_;
  Chance& chance_;
  const Bytes genesis_;
  const NodeOptions options_;
  std::map<std::pair<Bytes, std::vector<Bytes>>, contracts::Result<engine::AdmittedTransaction>>
      judged_;  // by body and witnesses
  std::uint64_t checkpoints_ = 0;
  std::uint64_t starts_ = 0;
  std::unique_ptr<Process> process_;
};

}  // namespace tally::fault
