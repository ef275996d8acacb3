#include "engine/engine.hpp"

#include "base/check.hpp"
#include "base/log.hpp"

namespace tally::engine {

using contracts::ErrorCode;
using ledger::Outcome;

namespace {

constexpr std::chrono::milliseconds kWriterWait{20};
constexpr std::size_t kControlMax = 64;

}  // namespace

Outcome refused(contracts::Error error) {
  return {.kind = Outcome::Kind::refused, .txid = {}, .height = 0, .first_output_number = 0,
          .error = error, .conflicting = {}};
}

Engine::Engine(ledger::Ledger& ledger, const Clock& clock, EngineOptions options)
    : ledger_(ledger),
      clock_(clock),
      options_(options),
      admission_(ledger.network_id()),
      core_(ledger, options.core, now()),
      feed_(ledger.journal(), ledger.head().height, options.feed_blocks_max),
      quota_(options.member_rate_per_second, options.member_rate_burst),
      submissions_(options.submissions_max),
      admitted_(options.admitted_max),
      control_(kControlMax),
      head_(ledger.head()) {
  time_offset_ms_ = static_cast<std::int64_t>(core_.time_ms(now()) - clock_.wall_ms());
  for (std::size_t i = 0; i < options_.admission_threads; ++i) {
    admission_threads_.emplace_back([this] { run_admission(); });
  }
  writer_ = std::thread([this] { run_writer(); });
}

Engine::~Engine() { stop(); }

void Engine::submit(codec::SignedTransaction bytes, Reply reply) {
  Submission submission{std::move(bytes), std::move(reply)};
  if (submissions_.try_push(submission)) return;
  const auto code = stopping_ ? ErrorCode::stopping : ErrorCode::queue_full;
  submission.reply(refused({code}));
}

void Engine::run_admission() {
  while (auto submission = submissions_.pop()) {
    auto admitted = admission_.admit(std::move(submission->bytes));
    if (!admitted) {
      submission->reply(refused(admitted.error()));
      continue;
    }
    const auto txid = admitted->txid();
    std::optional<contracts::Error> error;
    Admitted next{std::move(*admitted), std::move(submission->reply)};
    const auto& signers = next.transaction.transaction().signers;
    if (!signers.empty() && !quota_.take(signers.front(), clock_.monotonic_ms())) {
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

void Engine::run_writer() {
  while (true) {
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
    tend_checkpoint();
  }
  const std::lock_guard lock(state_mutex_);
  if (state_.halted || ledger_.checkpoint_running()) return;
  // A checkpoint at the end makes the next start short; without it the journal is replayed.
  if (const auto done = ledger_.start_checkpoint()(); !done) {
    spdlog::warn("the last checkpoint failed: {}", describe(done.error()));
    return;
  }
  ledger_.finish_checkpoint();
}

void Engine::write_batch(std::vector<Admitted> batch) {
  std::vector<Reply> replies;
  std::vector<AdmittedTransaction> transactions;
  replies.reserve(batch.size());
  transactions.reserve(batch.size());
  for (auto& admitted : batch) {
    replies.push_back(std::move(admitted.reply));
    transactions.push_back(std::move(admitted.transaction));
  }
  if (writing_state().halted) {
    for (auto& reply : replies) reply(refused({ErrorCode::writing_halted}));
    return;
  }
  // Memory is at its bound: the writer waits, the queue fills, and callers are told to come later.
  while (ledger_.overloaded() && checkpoint_.valid()) {
    checkpoint_.wait();
    tend_checkpoint();
  }
  finish(replies, core_.step(now(), transactions));
}

void Engine::finish(std::vector<Reply>& replies, ledger::Faulty<Core::Step> step) {
  if (!step) {
    halt(step.error());
    // A fault that is known to have changed nothing is a refusal; after an unknown outcome nobody may
    // be told anything but to ask again.
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

void Engine::tend_checkpoint() {
  using namespace std::chrono_literals;
  if (checkpoint_.valid() && checkpoint_.wait_for(0ms) == std::future_status::ready) {
    if (const auto done = checkpoint_.get(); done) {
      ledger_.finish_checkpoint();
    } else {
      halt(done.error());
    }
  }
  if (checkpoint_.valid() || writing_state().halted) return;
  // One that failed (a full disk) is tried again when writing resumes: its generation is still frozen.
  if (!ledger_.checkpoint_running() && ledger_.checkpoint_due()) {
    checkpoint_work_ = ledger_.start_checkpoint();
  }
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
  Work item = [&] {
    work();
    done.set_value();
  };
  if (control_.try_push(item)) done.get_future().wait();
}

bool Engine::advance_time(std::uint64_t ms) {
  if (ledger_.genesis().kind != contracts::NetworkKind::development) return false;
  bool advanced = false;
  on_writer([&] {
    if (writing_state().halted) return;
    auto step = core_.advance(now(), ms);
    advanced = step.has_value();
    std::vector<Reply> nobody;
    finish(nobody, std::move(step));
    time_offset_ms_ = static_cast<std::int64_t>(core_.time_ms(now()) - clock_.wall_ms());
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
  return ledger_.simulate({admitted->transaction(), admitted->txid(), admitted->body(),
                           admitted->witnesses()},
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
  return static_cast<std::uint64_t>(static_cast<std::int64_t>(clock_.wall_ms()) +
                                    time_offset_ms_.load());
}

}  // namespace tally::engine
