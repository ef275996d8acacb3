#include "engine/engine.hpp"

#include "base/check.hpp"
#include "base/failpoint.hpp"
#include "base/log.hpp"

namespace tally::engine {

using contracts::ErrorCode;
using ledger::Outcome;

namespace {

constexpr std::chrono::milliseconds kWriterWait{20};
// Under load a block waits so long for company: a commit costs the same whatever is in it.
constexpr std::chrono::milliseconds kBlockPace{2};
constexpr std::size_t kControlMax = 64;

// A side's share.
constexpr std::size_t half(std::size_t whole) { return whole / 2 + whole % 2; }

}  // namespace

Engine::Engine(ledger::Ledger& ledger, const Clock& clock, EngineOptions options)
    : ledger_(ledger),
      clock_(clock),
      options_(options),
      admission_(ledger.network_id()),
      feed_(ledger.journal(), ledger.head().height, options.feed_bytes_max),
      writer_(ledger, clock, feed_, runner_, options.core),
      quota_(options.member_rate, options.unsigned_rate),
      submissions_({.items_max = half(options.submissions_max),
                    .items_per_source_max = options.submissions_per_source_max,
                    .bytes_max = half(options.unanswered_bytes_max)}),
      admitted_(options.admitted_max),
      control_(kControlMax) {
  if (options_.hold) writer_.hold();
  for (std::size_t i = 0; i < options_.admission_threads; ++i) {
    admission_threads_.emplace_back([this] { run_admission(); });
  }
  writer_thread_ = std::thread([this] { run_writer(); });
}

Engine::~Engine() { stop(); }

void Engine::submit(codec::SignedTransaction transaction, Reply reply, const Source& source) {
  const auto size = bytes_of(transaction);
  auto& unanswered_of_side = unanswered_bytes_[source.is_known() ? 0 : 1];
  const auto unanswered = unanswered_of_side.fetch_add(size) + size;
  std::optional<Submission> refusal =
      Submission{std::move(transaction), std::move(reply),
                 Unanswered(&unanswered_of_side, GiveBack{size}), source};
  // Half as much again for what admission has let through: a full queue must not keep out whoever
  // has nothing in it.
  const auto share = half(options_.unanswered_bytes_max);
  const auto unanswered_max = share + share / 2;
  if (unanswered <= unanswered_max) refusal = submissions_.push(std::move(*refusal));
  if (refusal) {
    refusal->reply(refused({stopping_ ? ErrorCode::stopping : ErrorCode::queue_full}));
  }
}

std::optional<Source> Engine::source_of(const contracts::PublicKey& key) const {
  // A fault is met again, and told, by the writer.
  const auto member = ledger_.answering(key);
  if (!member || !*member) return std::nullopt;
  return Source::of_member(**member);
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
    if (over_quota(next.transaction, submission->source)) {
      error = contracts::Error{ErrorCode::rate_quota};
    } else if (!admitted_.push(next)) {
      error = contracts::Error{ErrorCode::stopping};
    }
    if (error) {
      auto answer = refused(*error);
      answer.txid = txid;
      next.reply(std::move(answer));
    }
  }
}

bool Engine::over_quota(const AdmittedTransaction& admitted, const Source& source) {
  auto signer = Source::of_member({});
  if (quota_.needs_signer(admitted)) {
    signer = source_of(admitted.transaction().signers.front()).value_or(signer);
  }
  return !quota_.take(admitted, source, signer, {time_ms(), clock_.monotonic_ms()});
}

void Engine::run_writer() {
  auto begun = std::chrono::steady_clock::now();
  while (true) {
    if (submissions_.size() > 0) std::this_thread::sleep_until(begun + kBlockPace);
    begun = std::chrono::steady_clock::now();
    auto batch = admitted_.drain(options_.block_transactions_max, kWriterWait);
    FAILPOINT(writer_after_drain);
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

// Runs work on the writer's thread, between blocks, and waits for it; also for room in the queue,
// since none of it may be lost. False once the engine has stopped.
bool Engine::on_writer(Work work) {
  std::promise<void> done;
  const auto ran = done.get_future();
  // The promise goes with the work: here it could be gone before set_value() has returned.
  Work item = [&work, done = std::move(done)]() mutable {
    work();
    done.set_value();
  };
  if (!control_.push(item)) return false;
  ran.wait();
  return true;
}

std::optional<bool> Engine::advance_time(std::uint64_t ms) {
  std::optional<bool> advanced;
  static_cast<void>(on_writer([&] { advanced = writer_.advance_time(ms); }));
  return advanced;
}

std::optional<std::expected<void, std::string>> Engine::quarantine(const contracts::Txid& txid,
                                                                   const Keep& keep) {
  std::optional<std::expected<void, std::string>> kept;
  static_cast<void>(on_writer([&] {
    writer_.quarantine(txid);
    kept = keep(writer_.quarantined());
  }));
  return kept;
}

void Engine::halt(const ledger::Fault& fault) {
  if (!on_writer([&] { writer_.halt(fault); })) {
    spdlog::warn("the engine has stopped already: {}", describe(fault));
  }
}

bool Engine::resume() {
  return on_writer([&] { writer_.resume(); });
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
