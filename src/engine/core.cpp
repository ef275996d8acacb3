#include "engine/core.hpp"

#include "base/check.hpp"
#include "base/failpoint.hpp"
#include "codec/words.hpp"
#include "contracts/limits.hpp"
#include "engine/keeper.hpp"

namespace tally::engine {

using contracts::ErrorCode;
using ledger::Outcome;

namespace {

// How many blocks one sync makes durable while time is advanced.
constexpr std::size_t kAdvanceBlocksPerCommit = 256;

ledger::Candidate candidate(const AdmittedTransaction& admitted) {
  return {admitted.transaction(), admitted.txid(), admitted.body(), admitted.witnesses()};
}

}  // namespace

Core::Core(ledger::Ledger& ledger, CoreOptions options, Now now)
    : ledger_(ledger),
      options_(options),
      admission_(ledger.network_id()),
      last_(now),
      behind_ms_max_(options.clock_jump_ms_max) {
  quarantined_ = options_.quarantine;
  const auto development = ledger.genesis().kind == contracts::NetworkKind::development;
  if (development && ledger.head().time_ms > now.wall_ms) {
    offset_ms_ = ledger.head().time_ms - now.wall_ms;
  }
}

std::uint64_t Core::time_ms(Now now) const {
  return std::max(ledger_.head().time_ms, now.wall_ms + offset_ms_);
}

std::uint64_t Core::next_heartbeat_ms() const {
  return ledger_.head().time_ms + contracts::kHeartbeatMs;
}

// If the ledger's time was wrongly ahead, it stands still until the clock has caught up.
void Core::trust_clock(Now now) {
  last_ = now;
  const auto wall_ms = now.wall_ms + offset_ms_;
  const auto head_ms = ledger_.head().time_ms;
  behind_ms_max_ = options_.clock_jump_ms_max;
  if (head_ms > wall_ms) behind_ms_max_ = std::max(behind_ms_max_, head_ms - wall_ms);
}

void Core::quarantine(const contracts::Txid& txid) {
  quarantined_.transactions.insert(txid);
  if (failed_timeout_ && failed_timeout_->first == txid) {
    quarantined_.due.insert(failed_timeout_->second);
  }
}

// A wall clock that jumps would expire everything at once: it halts writing instead.
ledger::Faulty<void> Core::check_clock(Now now) {
  const auto passed_ms = now.monotonic_ms - last_.monotonic_ms;
  const auto expected_ms = last_.wall_ms + passed_ms;
  const auto off_ms =
      now.wall_ms > expected_ms ? now.wall_ms - expected_ms : expected_ms - now.wall_ms;
  if (off_ms > options_.clock_jump_ms_max) {
    return ledger::fault(
        ledger::FaultCode::clock_jump, ledger_.head().height,
        fmt::format("the wall clock moved {} ms {} while {} ms passed: set it right, then resume",
                    off_ms, now.wall_ms > expected_ms ? "ahead" : "back", passed_ms));
  }
  const auto head_ms = ledger_.head().time_ms;
  if (head_ms > now.wall_ms + offset_ms_ + behind_ms_max_) {
    return ledger::fault(
        ledger::FaultCode::clock_jump, ledger_.head().height,
        fmt::format("the wall clock is {} ms behind the last block: set it right, then resume",
                    head_ms - now.wall_ms - offset_ms_));
  }
  last_ = now;
  return {};
}

// Executes until the block is full or the batch ends; returns how many it took.
ledger::Faulty<std::size_t> Core::fill(std::span<const AdmittedTransaction> batch, Step& step) {
  std::size_t taken = 0;
  const auto bytes_max = std::clamp<std::size_t>(options_.block_bytes_max, 1, kBlockBytesBound);
  while (taken < batch.size() && ledger_.open_block_bytes() < bytes_max &&
         ledger_.open_block_outcomes() < codec::kBlockOutcomesMax) {
    const auto& admitted = batch[taken++];
    if (quarantined_.transactions.contains(admitted.txid())) {
      step.outcomes.push_back(
          {.txid = admitted.txid(), .error = contracts::Error{ErrorCode::internal_error}});
      continue;
    }
    auto outcome = ledger_.execute(candidate(admitted));
    if (!outcome) return std::unexpected(outcome.error());
    step.outcomes.push_back(std::move(*outcome));
  }
  return taken;
}

ledger::Faulty<void> Core::run_timeouts() {
  if (!options_.keeper) return {};
  const auto active_ms = ledger_.open_block().active_ms;
  const auto due =
      ledger_.due(active_ms, options_.timeouts_per_block_max + quarantined_.due.size());
  for (const auto& key : due) {
    if (quarantined_.due.contains(key)) continue;
    if (auto done = run_timeout(key); !done) return done;
  }
  return {};
}

ledger::Faulty<void> Core::run_timeout(const contracts::RegistryKey& key) {
  const auto block = ledger_.open_block();
  const auto tx = timeout_transaction(ledger_, key, block);
  if (!tx) return std::unexpected(tx.error());
  if (!*tx) return {};
  const auto admitted = admission_.admit_own(**tx);
  failed_timeout_ = {admitted.txid(), key};
  const auto outcome = ledger_.execute(candidate(admitted));
  if (!outcome) return std::unexpected(outcome.error());
  if (outcome->kind != Outcome::Kind::settled) {
    // Every order and case ends: a timeout of the ledger's own making that is refused is a bug.
    return ledger::fault(
        ledger::FaultCode::invariant_broken, block.height,
        fmt::format("the timeout of {} {} is refused ({}): quarantine transaction {} and report it",
                    codec::word(key.kind), to_hex(key.id),
                    outcome->error ? name(outcome->error->code) : "", admitted.txid().hex()));
  }
  failed_timeout_.reset();
  return {};
}

ledger::Faulty<std::vector<codec::Block>> Core::build(Now now,
                                                      std::span<const AdmittedTransaction> batch,
                                                      Step& step) {
  std::vector<codec::Block> blocks;
  do {
    ledger_.begin(time_ms(now));
    if (auto done = run_timeouts(); !done) return std::unexpected(done.error());
    const auto taken = fill(batch, step);
    if (!taken) return std::unexpected(taken.error());
    batch = batch.subspan(*taken);
    // Without anything to say a block is only written as a heartbeat.
    if (ledger_.open_block_empty() && time_ms(now) < next_heartbeat_ms()) continue;
    blocks.push_back(ledger_.seal());
  } while (!batch.empty());
  return blocks;
}

ledger::Faulty<Core::Step> Core::commit(std::vector<codec::Block> blocks, Step step) {
  if (auto committed = ledger_.commit(blocks); !committed) {
    return std::unexpected(committed.error());
  }
  for (auto& block : blocks) {
    step.blocks.push_back(std::make_shared<const codec::Block>(std::move(block)));
  }
  return step;
}

ledger::Faulty<Core::Step> Core::step(Now now, std::span<const AdmittedTransaction> batch) {
  if (auto ok = check_clock(now); !ok) return std::unexpected(ok.error());
  Step step;
  FAILPOINT(block_before_build);
  auto blocks = build(now, batch, step);
  if (!blocks || blocks->empty()) ledger_.abandon();
  if (!blocks) return std::unexpected(blocks.error());
  if (blocks->empty()) return step;
  FAILPOINT(block_after_build);
  return commit(std::move(*blocks), std::move(step));
}

ledger::Faulty<Core::Step> Core::advance(Now now, std::uint64_t end_ms) {
  CHECK(ledger_.genesis().kind == contracts::NetworkKind::development);
  CHECK(ledger_.head().time_ms < end_ms);
  if (auto ok = check_clock(now); !ok) return std::unexpected(ok.error());
  std::vector<codec::Block> blocks;
  while (ledger_.head().time_ms < end_ms && blocks.size() < kAdvanceBlocksPerCommit) {
    ledger_.begin(std::min(end_ms, ledger_.head().time_ms + contracts::kActiveStepMsMax));
    if (auto done = run_timeouts(); !done) {
      ledger_.abandon();
      return std::unexpected(done.error());
    }
    blocks.push_back(ledger_.seal());
  }
  auto step = commit(std::move(blocks), {});
  const auto head_ms = ledger_.head().time_ms;
  if (step && head_ms > now.wall_ms) offset_ms_ = std::max(offset_ms_, head_ms - now.wall_ms);
  return step;
}

}  // namespace tally::engine
