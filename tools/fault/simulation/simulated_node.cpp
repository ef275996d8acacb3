#include "fault/simulation/simulated_node.hpp"

#include "base/check.hpp"
#include "engine/engine.hpp"
#include "ledger/state_tables.hpp"
#include "views/transactions.hpp"

namespace tally::fault {

using contracts::ErrorCode;
using engine::refused;
using storage::Error;

namespace {

// About how often in an operation of the disk a waiting checkpoint is carried out.
constexpr std::uint64_t kCheckpointPpm = 4'000;
constexpr std::size_t kFollowBlocksMax = 16;

// What storage::stop_process is to a process.
void end_process(std::string_view) { throw Crash{}; }

storage::Options ending(storage::Options options) {
  options.on_unknown_outcome = end_process;
  return options;
}

}  // namespace

SimulatedNode::SimulatedNode(SimulatedDisk& disk, const ManualClock& clock, Chance& chance,
                             Bytes genesis, NodeOptions options)
    : disk_(disk),
      clock_(clock),
      chance_(chance),
      genesis_(std::move(genesis)),
      options_(std::move(options)) {
  disk_.set_beside([this] {
    if (process_ && process_->checkpoint && chance_.ppm(kCheckpointPpm)) run_checkpoint();
  });
}

SimulatedNode::~SimulatedNode() { disk_.set_beside({}); }

void SimulatedNode::crash() {
  process_.reset();
  disk_.lose_unsynced();
}

void SimulatedNode::stop() {
  process_->admitted.clear();
  process_->writer->finish();
  process_.reset();
}

ledger::Faulty<void> SimulatedNode::start() {
  CHECK(!process_);
  ++starts_;
  process_ = std::make_unique<Process>(options_.member_rate);
  auto done = open_ledger();
  if (done) done = open_views();
  if (!done) {
    process_.reset();
    return done;
  }
  auto& process = *process_;
  process.feed = std::make_unique<engine::BlockFeed>(
      process.ledger->journal(), process.ledger->head().height, options_.feed_bytes_max);
  engine::CheckpointRunner& runner = *this;
  process.writer = std::make_unique<engine::Writer>(*process.ledger, clock_, *process.feed, runner,
                                                    options_.core);
  return {};
}

// As app::Node::open_ledger().
ledger::Faulty<void> SimulatedNode::open_ledger() {
  const auto network = contracts::network_id(genesis_);
  auto journal_store =
      disk_.open(SimulatedDisk::Place::journal, ending(ledger::Journal::store_options(network)));
  if (!journal_store) return ledger::fault(journal_store.error(), "journal");
  auto state =
      disk_.open(SimulatedDisk::Place::state, ending(ledger::state_store_options(network)));
  if (!state) return ledger::fault(state.error(), "state");
  auto tip = disk_.open_tip(end_process);
  if (!tip) return ledger::fault(tip.error(), "journal.tip");
  auto journal = ledger::Journal::open(std::move(*journal_store), std::move(*tip));
  if (!journal) return std::unexpected(journal.error());
  auto options = options_.ledger;
  options.find_settled =
      [this](const contracts::Txid& txid) -> ledger::Faulty<std::optional<ledger::Outcome>> {
    auto snapshot = process_->views->snapshot();
    if (!snapshot) return std::unexpected(snapshot.error());
    return views::find_settled(*snapshot, txid);
  };
  auto opened =
      ledger::Ledger::open(std::move(*state), std::move(*journal), genesis_, std::move(options));
  if (!opened) return std::unexpected(opened.error());
  process_->ledger = std::move(*opened);
  return {};
}

// As app::Node::open_views() and catch_up_views().
ledger::Faulty<void> SimulatedNode::open_views() {
  auto& ledger = *process_->ledger;
  auto store = disk_.open(SimulatedDisk::Place::views,
                          ending(views::Views::store_options(ledger.network_id())));
  if (!store) return ledger::fault(store.error(), "views");
  auto opened =
      views::Views::open(std::move(*store), ledger.genesis(),
                         [&ledger](std::uint64_t height) { return ledger.journal().read(height); });
  if (!opened) return std::unexpected(opened.error());
  process_->views = std::move(*opened);
  auto& views = *process_->views;
  while (views.next_height() <= ledger.checkpoint_height()) {
    std::vector<std::shared_ptr<const codec::Block>> blocks;
    const auto read =
        ledger.journal().for_each(views.next_height(), [&](const codec::Block& block) {
          blocks.push_back(std::make_shared<const codec::Block>(block));
          return blocks.size() < kFollowBlocksMax &&
                 block.header.height < ledger.checkpoint_height();
        });
    if (!read) return read;
    if (auto done = views.apply(blocks); !done) return done;
  }
  return {};
}

// Admission is pure: the same bytes get the same answer, and most come more than once.
contracts::Result<engine::AdmittedTransaction> SimulatedNode::admit(
    codec::SignedTransaction submission) {
  auto key = std::pair(submission.body, submission.witnesses);
  auto found = judged_.find(key);
  if (found == judged_.end()) {
    auto judged = engine::Admission(process_->ledger->network_id()).admit(std::move(submission));
    found = judged_.emplace(std::move(key), std::move(judged)).first;
  }
  if (!found->second) return std::unexpected(found->second.error());
  return found->second->copy();
}

void SimulatedNode::submit(codec::SignedTransaction submission, engine::Reply reply) {
  auto& process = *process_;
  auto size = submission.body.size();
  for (const auto& witness : submission.witnesses) size += witness.size();
  process.unanswered_bytes += size;
  engine::Unanswered bytes(&process.unanswered_bytes, engine::GiveBack{size});
  if (process.unanswered_bytes > options_.unanswered_bytes_max ||
      process.admitted.size() >= options_.admitted_max) {
    reply(refused({ErrorCode::queue_full}));
    return;
  }
  auto admitted = admit(std::move(submission));
  if (!admitted) {
    reply(refused(admitted.error()));
    return;
  }
  if (over_quota(*admitted)) {
    reply(refused({ErrorCode::rate_quota}));
    return;
  }
  process.admitted.push_back({std::move(*admitted), std::move(reply), std::move(bytes)});
}

// As engine::Engine::over_quota(), of what each signer sends itself.
bool SimulatedNode::over_quota(const engine::AdmittedTransaction& admitted) {
  auto signer = engine::Source::of_member({});
  if (process_->quota.needs_signer(admitted)) {
    const SimulatedDisk::Quiet quiet(disk_);
    const auto member = process_->ledger->answering(admitted.transaction().signers.front());
    if (member && *member) signer = engine::Source::of_member(**member);
  }
  const engine::QuotaTimes now{process_->writer->time_ms(), clock_.monotonic_ms()};
  return !process_->quota.take(admitted, signer, signer, now);
}

void SimulatedNode::step_writer(std::size_t count_max) {
  process_->step_began_ms = process_->writer->time_ms();
  auto& waiting = process_->admitted;
  std::vector<engine::Admitted> batch;
  while (!waiting.empty() && batch.size() < count_max) {
    batch.push_back(std::move(waiting.front()));
    waiting.pop_front();
  }
  process_->writer->step(std::move(batch));
}

// As app::Follower, once.
void SimulatedNode::follow(std::size_t blocks_max) {
  auto& process = *process_;
  if (process.follower_waits && process.writer->state().halted) return;
  process.follower_waits = false;
  std::vector<std::shared_ptr<const codec::Block>> blocks;
  auto height = process.views->next_height();
  while (blocks.size() < blocks_max) {
    auto block = process.feed->get(height, std::chrono::milliseconds(0));
    if (!block && blocks.empty()) return wait_out(block.error());
    if (!block || !*block) break;
    blocks.push_back(std::move(*block));
    ++height;
  }
  if (blocks.empty()) return;
  if (const auto done = process.views->apply(blocks); !done) return wait_out(done.error());
  process.writer->set_published(height - 1);
}

void SimulatedNode::wait_out(const ledger::Fault& fault) {
  const auto why = fault.storage;
  if (why == Error::disk_full || why == Error::map_full || why == Error::busy) return;
  process_->follower_waits = true;
  process_->writer->halt(fault);
}

void SimulatedNode::run_checkpoint() {
  if (!process_->checkpoint) return;
  const auto work = std::exchange(process_->checkpoint, {});
  process_->checkpoint_result = work();
  if (*process_->checkpoint_result) ++checkpoints_;
}

ledger::Faulty<void> SimulatedNode::take() {
  // While the work runs the writer is in the middle of an operation, so it is done or waits.
  run_checkpoint();
  auto result = std::move(*process_->checkpoint_result);
  process_->checkpoint_result.reset();
  return result;
}

}  // namespace tally::fault
