#include "engine/engine.hpp"

#include "base/check.hpp"
#include "base/log.hpp"

namespace tally::engine {

using contracts::ErrorCode;
using ledger::Outcome;

namespace {

constexpr std::chrono::milliseconds kWriterWait{20};
// Under load a block waits so long for company: a commit costs the same whatever is in it.
constexpr std::chrono::milliseconds kBlockPace{2};
constexpr std::size_t kControlMax = 64;
// Time is advanced in parts of one commit each, which the views can follow.
constexpr std::uint64_t kAdvancePartMs = 200 * contracts::kActiveStepMsMax;

std::size_t bytes_of(const codec::SignedTransaction& transaction) {
  auto bytes = transaction.body.size();
  for (const auto& witness : transaction.witnesses) bytes += witness.size();
  return bytes;
}

}  // namespace

Outcome refused(contracts::Error error) {
  return {.kind = Outcome::Kind::refused,
          .txid = {},
          .height = 0,
          .first_output_number = 0,
          .error = error,
          .conflicting = {}};
}

Engine::Engine(ledger::Ledger& ledger, const Clock& clock, EngineOptions options)
    : ledger_(ledger),
      clock_(clock),
      options_(options),
      admission_(ledger.network_id()),
      core_(ledger, options.core, now()),
      feed_(ledger.journal(), ledger.head().height, options.feed_bytes_max),
      quota_(options.member_rate_per_second, options.member_rate_burst),
      submissions_(options.submissions_max),
      admitted_(options.admitted_max),
      control_(kControlMax),
      time_offset_ms_(core_.offset_ms()),
      head_(ledger.head()) {
  for (std::size_t i = 0; i < options_.admission_threads; ++i) {
    admission_threads_.emplace_back([this] { run_admission(); });
  }
  writer_ = std::thread([this] { run_writer(); });
}

Engine::~Engine() { stop(); }

void Engine::submit(codec::SignedTransaction transaction, Reply reply) {
  const auto size = bytes_of(transaction);
  const auto unanswered = unanswered_bytes_.fetch_add(size) + size;
  Submission submission{std::move(transaction), std::move(reply),
                        Unanswered(&unanswered_bytes_, GiveBack{size})};
  if (unanswered <= options_.unanswered_bytes_max && submissions_.try_push(submission)) return;
  const auto code = stopping_ ? ErrorCode::stopping : ErrorCode::queue_full;
  submission.reply(refused({code}));
}

void Engine::run_admission() {
  while (auto submission = submissions_.pop()) {
    auto admitted = admission_.admit(std::move(submission->transaction));
    if (!admitted) {
      submission->reply(refused(admitted.error()));
      continue;
    }
    const auto txid = admitted->txid();
    std::optional<contracts::Error> error;
    Admitted next{std::move(*admitted), std::move(submission->reply), std::move(submission->bytes)};
    if (over_quota(next.transaction.transaction().signers)) {
      error = contracts::Error{ErrorCode::rate_quota};
    } else if (!admitted_.try_push(next)) {
      error = contracts::Error{admitted_.closed() ? ErrorCode::stopping : ErrorCode::queue_full};
    }
    if (error) {
      auto answer = refused(*error);
      answer.txid = txid;
      next.reply(std::move(answer));
    }
  }
}

bool Engine::over_quota(const std::vector<contracts::PublicKey>& signers) {
  if (options_.member_rate_per_second == 0 || signers.empty()) return false;
  // A fault is met again, and told, by the writer.
  const auto member = ledger_.answering(signers.front());
  const auto payer = member && *member ? **member : contracts::PublicKey{};
  return !quota_.take(payer, clock_.monotonic_ms());
}

void Engine::run_writer() {
  auto begun = std::chrono::steady_clock::now();
  while (true) {
    if (submissions_.size() > 0) std::this_thread::sleep_until(begun + kBlockPace);
    begun = std::chrono::steady_clock::now();
    auto batch = admitted_.drain(options_.block_transactions_max, kWriterWait);
    run_control();
    const bool last = admitted_.closed() && batch.empty();
    if (last) break;
    write_batch(std::move(batch));
    tend_checkpoint();
    ledger_.publish(published_);
  }
  run_control();
  if (checkpoint_.valid()) {
    checkpoint_.wait();
    collect_checkpoint();
  }
  if (writing_state().halted || ledger_.checkpoint_running()) return;
  // A checkpoint at the end makes the next start short; without it the journal is replayed.
  if (const auto done = ledger_.start_checkpoint()(); !done) {
    spdlog::warn("the last checkpoint failed: {}", describe(done.error()));
    return;
  }
  ledger_.finish_checkpoint();
}

// At the bound of its memory the writer waits, the queues fill, and callers are told to come later.
void Engine::wait_for_memory() {
  while (ledger_.overloaded() && checkpoint_.valid()) {
    checkpoint_.wait();
    tend_checkpoint();
  }
}

void Engine::write_batch(std::vector<Admitted> batch) {
  wait_for_memory();
  std::optional<ErrorCode> refusal;
  if (writing_state().halted) {
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
  finish(replies, core_.step(now(), transactions));
}

void Engine::finish(std::vector<Reply>& replies, ledger::Faulty<Core::Step> step) {
  if (!step) {
    halt(step.error());
    // A fault that is known to have changed nothing is a refusal; after an unknown outcome nobody
    // may be told anything but to ask again.
    const auto known = step.error().storage != storage::Error::outcome_unknown;
    for (auto& reply : replies) {
      reply(refused({known ? ErrorCode::writing_halted : ErrorCode::internal_error}));
    }
    return;
  }
  publish(*step);
  for (std::size_t i = 0; i < replies.size(); ++i) replies[i](std::move(step->outcomes[i]));
}

void Engine::publish(const Core::Step& step) {
  for (const auto& block : step.blocks) feed_.push(block);
  if (step.blocks.empty()) return;
  const std::lock_guard lock(state_mutex_);
  head_ = step.blocks.back()->header;
}

void Engine::run_control() {
  for (auto& work : control_.drain(kControlMax, std::chrono::milliseconds(0))) work();
}

void Engine::collect_checkpoint() {
  const auto done = checkpoint_.get();
  if (done) {
    ledger_.finish_checkpoint();
  } else if (done.error().storage == storage::Error::busy) {
    spdlog::warn("the checkpoint is tried again: {}", describe(done.error()));
  } else {
    halt(done.error());
  }
}

void Engine::tend_checkpoint() {
  using namespace std::chrono_literals;
  if (checkpoint_.valid() && checkpoint_.wait_for(0ms) == std::future_status::ready) {
    collect_checkpoint();
  }
  if (checkpoint_.valid() || writing_state().halted) return;
  if (ledger_.checkpoint_due()) checkpoint_work_ = ledger_.start_checkpoint();
  // One that failed is tried again (a full disk: when writing resumes): its generation is still
  // frozen.
  if (ledger_.checkpoint_running()) {
    checkpoint_ = std::async(std::launch::async, checkpoint_work_);
  }
}

void Engine::halt(const ledger::Fault& fault) {
  spdlog::error("writing is halted: {}", describe(fault));
  const std::lock_guard lock(state_mutex_);
  state_ = {true, describe(fault)};
  if (fault.storage == storage::Error::outcome_unknown) unknown_outcome_ = true;
}

// Runs work on the writer's thread, between blocks, and waits for it.
void Engine::on_writer(Work work) {
  std::promise<void> done;
  const auto ran = done.get_future();
  // The promise goes with the work: here it could be gone before set_value() has returned.
  Work item = [&work, done = std::move(done)]() mutable {
    work();
    done.set_value();
  };
  if (control_.try_push(item)) ran.wait();
}

bool Engine::advance_time(std::uint64_t ms) {
  if (ledger_.genesis().kind != contracts::NetworkKind::development || ms > kAdvanceMsMax) {
    return false;
  }
  bool advanced = false;
  on_writer([&] {
    advanced = !writing_state().halted;
    for (std::uint64_t done_ms = 0; advanced && done_ms < ms; done_ms += kAdvancePartMs) {
      auto step = core_.advance(now(), std::min(kAdvancePartMs, ms - done_ms));
      advanced = step.has_value();
      std::vector<Reply> nobody;
      finish(nobody, std::move(step));
    }
    time_offset_ms_ = core_.offset_ms();
  });
  return advanced;
}

void Engine::quarantine(const contracts::Txid& txid) {
  on_writer([&] { core_.quarantine(txid); });
}

void Engine::resume() {
  on_writer([&] {
    const std::lock_guard lock(state_mutex_);
    if (unknown_outcome_) return;
    core_.trust_clock(now());
    state_ = {};
  });
}

void Engine::stop() {
  if (stopping_.exchange(true)) return;
  submissions_.close();
  for (auto& thread : admission_threads_) thread.join();
  admitted_.close();
  writer_.join();
  control_.close();
  run_control();
  feed_.close();
}

ledger::Faulty<contracts::Result<contracts::Delta>> Engine::simulate(Bytes body) const {
  using Verdict = contracts::Result<contracts::Delta>;
  const auto admitted = admission_.admit_unsigned(std::move(body));
  if (!admitted) return Verdict(std::unexpected(admitted.error()));
  return ledger_.simulate(
      {admitted->transaction(), admitted->txid(), admitted->body(), admitted->witnesses()},
      time_ms());
}

WritingState Engine::writing_state() const {
  const std::lock_guard lock(state_mutex_);
  return state_;
}

codec::BlockHeader Engine::head() const {
  const std::lock_guard lock(state_mutex_);
  return head_;
}

std::uint64_t Engine::time_ms() const {
  return std::max(head().time_ms, clock_.wall_ms() + time_offset_ms_.load());
}

}  // namespace tally::engine
