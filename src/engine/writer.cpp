#include "engine/writer.hpp"

#include "base/check.hpp"
#include "base/failpoint.hpp"
#include "base/log.hpp"
#include "base/planted.hpp"

namespace tally::engine {

using contracts::ErrorCode;

namespace {

// Halted for want of room, the writer looks so often whether there is so much.
constexpr std::uint64_t kRoomTryMs = 500;
constexpr std::size_t kRoomToResumeBytes = std::size_t{2} << 20;

}  // namespace

Writer::Writer(ledger::Ledger& ledger, const Clock& clock, BlockFeed& feed,
               CheckpointRunner& runner, CoreOptions options)
    : ledger_(ledger),
      clock_(clock),
      feed_(feed),
      runner_(runner),
      core_(ledger, std::move(options), now()),
      time_offset_ms_(core_.offset_ms()),
      head_(ledger.head()) {}

void Writer::hold() {
  const std::lock_guard lock(mutex_);
  state_ = {.halted = true,
            .reason = "held since the start, as it was asked to: resume when ready"};
  spdlog::warn("writing is halted: {}", state_.reason);
}

void Writer::step(std::vector<Admitted> batch) {
  if (waits_for_room_) try_to_resume();
  wait_for_memory();
  write_batch(std::move(batch));
  tend_checkpoint();
  ledger_.publish(published_);
}

// At the bound of its memory the writer waits, the queues fill, and callers are told to come later.
// It waits once: a checkpoint that has failed halts writing, and is tried again in its own time.
void Writer::wait_for_memory() {
  if (!ledger_.overloaded() || !checkpoint_started_ || state().halted) return;
  collect_checkpoint();
  tend_checkpoint();
}

void Writer::write_batch(std::vector<Admitted> batch) {
  std::optional<ErrorCode> refusal;
  if (state().halted) {
    refusal = ErrorCode::writing_halted;
  } else if (ledger_.unpublished_full()) {
    refusal = ErrorCode::queue_full;
  }
  if (refusal) {
    for (auto& admitted : batch) admitted.reply(refused({*refusal}));
    batch.clear();
    if (*refusal == ErrorCode::writing_halted) return;
  }
  std::vector<Reply> replies;
  std::vector<AdmittedTransaction> transactions;
  replies.reserve(batch.size());
  transactions.reserve(batch.size());
  for (auto& admitted : batch) {
    replies.push_back(std::move(admitted.reply));
    transactions.push_back(std::move(admitted.transaction));
  }
  complete(replies, core_.step(now(), transactions));
}

void Writer::complete(std::vector<Reply>& replies, ledger::Faulty<Core::Step> step) {
  if (!step) {
    CHECK(step.error().storage != storage::Error::outcome_unknown);
    halt(step.error());
    // It is known to have changed nothing, so this is a refusal.
    auto refusal = refused({ErrorCode::writing_halted});
    if (PLANTED(refused_write_told_as_rejected)) refusal.kind = ledger::Outcome::Kind::rejected;
    for (auto& reply : replies) reply(refusal);
    return;
  }
  FAILPOINT(publish_before);
  publish(*step);
  FAILPOINT(reply_before);
  for (std::size_t i = 0; i < replies.size(); ++i) replies[i](std::move(step->outcomes[i]));
  FAILPOINT(reply_after);
}

void Writer::publish(const Core::Step& step) {
  for (const auto& block : step.blocks) feed_.push(block);
  if (step.blocks.empty()) return;
  const std::lock_guard lock(mutex_);
  head_ = step.blocks.back()->header;
}

void Writer::tend_checkpoint() {
  if (checkpoint_started_ && runner_.done()) collect_checkpoint();
  if (checkpoint_started_ || state().halted) return;
  if (ledger_.checkpoint_due()) checkpoint_work_ = ledger_.start_checkpoint();
  // One that failed is tried again (a full disk: when writing resumes): its generation is still
  // frozen.
  if (!ledger_.checkpoint_running()) return;
  checkpoint_started_ = true;
  runner_.start(checkpoint_work_);
}

void Writer::collect_checkpoint() {
  const auto done = runner_.take();
  checkpoint_started_ = false;
  if (done) {
    ledger_.finish_checkpoint();
  } else if (done.error().storage == storage::Error::busy && !ledger_.overloaded()) {
    spdlog::warn("the checkpoint is tried again: {}", describe(done.error()));
  } else {
    halt(done.error());
  }
}

void Writer::halt(const ledger::Fault& fault) {
  const std::lock_guard lock(mutex_);
  const auto reason = describe(fault);
  if (state_.reason != reason) spdlog::error("writing is halted: {}", reason);
  // What waits for a person is not undone by room.
  const bool for_a_person = state_.halted && !waits_for_room_;
  waits_for_room_ = is_want_of_room(fault) && !for_a_person;
  next_try_ms_ = clock_.monotonic_ms() + kRoomTryMs;
  if (!for_a_person || !is_want_of_room(fault)) state_ = {true, reason, waits_for_room_};
}

void Writer::try_to_resume() {
  const auto now_ms = clock_.monotonic_ms();
  if (now_ms < next_try_ms_ || checkpoint_started_) return;
  next_try_ms_ = now_ms + kRoomTryMs;
  if (!ledger_.journal().ensure_room(kRoomToResumeBytes)) return;
  if (ledger_.checkpoint_running()) {
    // It was the state that had no room: that is tried by writing.
    checkpoint_started_ = true;
    runner_.start(checkpoint_work_);
    return;
  }
  spdlog::info("there is room again: writing resumes");
  const std::lock_guard lock(mutex_);
  waits_for_room_ = false;
  state_ = {};
}

bool Writer::advance_time(std::uint64_t ms) {
  if (ledger_.genesis().kind != contracts::NetworkKind::development || ms > kAdvanceMsMax) {
    return false;
  }
  bool advanced = !state().halted;
  const auto end_ms = core_.time_ms(now()) + ms;
  while (advanced && ledger_.head().time_ms < end_ms) {
    auto step = core_.advance(now(), end_ms);
    advanced = step.has_value();
    std::vector<Reply> nobody;
    complete(nobody, std::move(step));
  }
  time_offset_ms_ = core_.offset_ms();
  return advanced;
}

void Writer::resume() {
  core_.trust_clock(now());
  const std::lock_guard lock(mutex_);
  waits_for_room_ = false;
  state_ = {};
}

void Writer::finish() {
  if (checkpoint_started_) collect_checkpoint();
  if (state().halted || ledger_.checkpoint_running()) return;
  // Without it the journal is replayed.
  FAILPOINT(stop_before_checkpoint);
  runner_.start(ledger_.start_checkpoint());
  checkpoint_started_ = true;
  collect_checkpoint();
}

WritingState Writer::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

codec::BlockHeader Writer::head() const {
  const std::lock_guard lock(mutex_);
  return head_;
}

std::uint64_t Writer::time_ms() const {
  return std::max(head().time_ms, clock_.wall_ms() + time_offset_ms_.load());
}

}  // namespace tally::engine
