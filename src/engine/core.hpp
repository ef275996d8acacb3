// The engine's core: sequence, resolve, execute, check, commit. A deterministic state machine,
// stepped with explicit inputs; threads and sockets are at its edges (engine.hpp).
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "contracts/limits.hpp"
#include "engine/admission.hpp"
#include "ledger/ledger.hpp"

namespace tally::engine {

/// Where every block is closed: one more transaction still fits into codec::kBlockBytesMax, since
/// it writes contracts::kWritesMax entries at most, the largest of which are items of under 7 KiB.
inline constexpr std::size_t kBlockBytesBound = codec::kBlockBytesMax / 2;

/// What this node keeps out of its blocks, since it broke an invariant.
struct Quarantine {
  std::set<contracts::Txid> transactions{};
  std::set<contracts::RegistryKey> due{};  ///< Orders and cases that it does not carry on any more.
};

struct CoreOptions {
  /// How far the wall clock may leave the monotonic one between two steps, or lie behind the
  /// ledger's time, before writing halts.
  std::uint64_t clock_jump_ms_max = 60'000;
  bool keeper = true;
  Quarantine quarantine{};  ///< From the start.
  std::size_t timeouts_per_block_max = 64;
  /// A block is closed once it has come to this, at most kBlockBytesBound; the rest of a batch goes
  /// into further ones.
  std::size_t block_bytes_max = std::size_t{1} << 20;
};

/// Both clocks, read together by the caller.
struct Now {
  std::uint64_t wall_ms = 0;
  std::uint64_t monotonic_ms = 0;
};

class Core {
 public:
  /// `now` is the time of the start. A development network whose time was advanced goes on from its
  /// ledger's time.
  Core(ledger::Ledger& ledger, CoreOptions options, Now now);

  struct Step {
    std::vector<ledger::Outcome> outcomes;  ///< One for each of the batch, in order.
    std::vector<std::shared_ptr<const codec::Block>> blocks;  ///< Durable; often one or none.
  };

  /// Makes blocks of the batch and of due timeouts, mostly one, and commits them with one sync. An
  /// empty batch makes a block only when a timeout or the heartbeat is due. After a fault the
  /// ledger is as it was before, except for storage's outcome_unknown, after which the process must
  /// stop.
  ledger::Faulty<Step> step(Now now, std::span<const AdmittedTransaction> batch);

  /// Moves a development network's time towards `end_ms`, which is after the last block's
  /// (CHECKed), in blocks of at most kActiveStepMsMax each, so that active time passes too,
  /// carrying out timeouts on the way: as many blocks as one sync is to make durable. To be called
  /// until the last block has that time; a fault is as step() says, and takes nothing of the calls
  /// before.
  ledger::Faulty<Step> advance(Now now, std::uint64_t end_ms);

  /// Transactions that are refused since they broke an invariant. If it was a timeout of the
  /// keeper's own, its order or case is held: this node does not carry it on any more.
  void quarantine(const contracts::Txid& txid);
  [[nodiscard]] const Quarantine& quarantined() const { return quarantined_; }
  /// After an operator has looked at the clocks: what they say now is right.
  void trust_clock(Now now);

  /// The ledger's time at `now`.
  [[nodiscard]] std::uint64_t time_ms(Now now) const;
  [[nodiscard]] std::uint64_t next_heartbeat_ms() const;
  /// How far a development network is ahead of the wall clock.
  [[nodiscard]] std::uint64_t offset_ms() const { return offset_ms_; }

 private:
  ledger::Faulty<void> check_clock(Now now);
  ledger::Faulty<std::size_t> fill(std::span<const AdmittedTransaction> batch, Step& step);
  ledger::Faulty<std::vector<codec::Block>> build(Now now,
                                                  std::span<const AdmittedTransaction> batch,
                                                  Step& step);
  ledger::Faulty<Step> commit(std::vector<codec::Block> blocks, Step step);
  ledger::Faulty<void> run_timeouts();
  ledger::Faulty<void> run_timeout(const contracts::RegistryKey& key);

  ledger::Ledger& ledger_;
  const CoreOptions options_;
  const Admission admission_;
  Now last_;
  std::uint64_t offset_ms_ = 0;
  std::uint64_t behind_ms_max_;  // how far the wall clock may lie behind the ledger's time
  Quarantine quarantined_;
  std::optional<std::pair<contracts::Txid, contracts::RegistryKey>> failed_timeout_;  // the last
};

}  // namespace tally::engine
