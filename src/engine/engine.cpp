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

std::size_t bytes_of(const codec::SignedTransaction& transaction) {
  auto bytes = transaction.body.size();
  for (const auto& witness : transaction.witnesses) bytes += witness.size();
  return bytes;
}

}  // namespace

Engine::Engine(ledger::Ledger& ledger, const Clock& clock, EngineOptions options)
    : ledger_(ledger),
      clock_(clock),
      options_(options),
      admission_(ledger.network_id()),
      feed_(ledger.journal(), ledger.head().height, options.feed_bytes_max),
      writer_(ledger, clock, feed_, runner_, {options.core, options.on_unknown_outcome}),
      quota_(options.member_rate_per_second, options.member_rate_burst),
      submissions_(options.submissions_max),
      admitted_(options.admitted_max),
      control_(kControlMax) {
  for (std::size_t i = 0; i < options_.admission_threads; ++i) {
    admission_threads_.emplace_back([this] { run_admission(); });
  }
  writer_thread_ = std::thread([this] { run_writer(); });
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
    if (admitted_.closed() && batch.empty()) break;
    writer_.step(std::move(batch));
  }
  run_control();
  writer_.finish();
}

void Engine::run_control() {
  for (auto& work : control_.drain(kControlMax, std::chrono::milliseconds(0))) work();
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
  bool advanced = false;
  on_writer([&] { advanced = writer_.advance_time(ms); });
  return advanced;
}

void Engine::quarantine(const contracts::Txid& txid) {
  on_writer([&] { writer_.quarantine(txid); });
}

void Engine::resume() {
  on_writer([&] { writer_.resume(); });
}

void Engine::stop() {
  if (stopping_.exchange(true)) return;
  submissions_.close();
  for (auto& thread : admission_threads_) thread.join();
  admitted_.close();
  writer_thread_.join();
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

}  // namespace tally::engine
