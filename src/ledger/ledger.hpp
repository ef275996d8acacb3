// The ledger's memory as a deterministic state machine. Start here.
//
//   begin() ─▶ execute() × n ─▶ seal() ─▶ commit() ─▶ next block
//                                  └─────▶ abandon()
//
// It is stepped with explicit inputs: the block's time and admitted transactions. The same steps
// give the same blocks, roots and digests on every node. Between begin() and commit() the block is
// laid into the memory with an undo log, so that later transactions see earlier ones, and abandon()
// takes it back.
//
// Threads: one writer calls everything, but for those that say otherwise; from begin() to seal(),
// commit() or abandon() it is one thread, and simulate() waits. Recovery is the last checkpoint and
// the journal behind it.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "codec/block.hpp"
#include "contracts/genesis.hpp"
#include "contracts/verify.hpp"
#include "ledger/fair_mutex.hpp"
#include "ledger/fault.hpp"
#include "ledger/journal.hpp"
#include "ledger/once.hpp"
#include "ledger/outcome.hpp"
#include "ledger/outputs.hpp"
#include "ledger/registries.hpp"
#include "ledger/snapshot.hpp"
#include "ledger/spent_bitmap.hpp"
#include "ledger/unpublished.hpp"

namespace tally::ledger {

/// A transaction whose signatures and shape have been checked.
struct Candidate {
  const contracts::Transaction& transaction;
  contracts::Txid txid;
  ByteView body;
  const std::vector<Bytes>& witnesses;
};

struct LedgerOptions {
  /// Changes in memory: at one of these checkpoint_due(), and overloaded() once as many have come
  /// again while that checkpoint runs. The bytes are about what they take.
  std::size_t overlay_outputs_max = 500'000;
  std::size_t overlay_entries_max = 200'000;
  std::size_t overlay_bytes_max = std::size_t{256} << 20;
  std::uint64_t checkpoint_blocks_max = 20'000;
  /// Settled transactions that the views do not have yet: at so many, unpublished_full(). Where
  /// there are no views, the oldest are forgotten.
  std::size_t unpublished_max = 500'000;
  /// Finds the outcome of a transaction with inputs that settled in a block up to `published`
  /// (publish()). From the views; empty where there are none. A fault is not a no: it stops the
  /// block, since a settled transaction that is not found would be taken for a double spend.
  std::function<Faulty<std::optional<Outcome>>(const contracts::Txid&)> find_settled;
};

class Ledger {
 public:
  /// Opens what is there and replays the journal behind the last checkpoint, or writes genesis into
  /// empty stores. `genesis_bytes` is the network's genesis in canonical form. Faults: every code.
  static Faulty<std::unique_ptr<Ledger>> open(std::unique_ptr<storage::Store> state,
                                              std::unique_ptr<Journal> journal,
                                              ByteView genesis_bytes, LedgerOptions options);
  ~Ledger();

  [[nodiscard]] const contracts::NetworkId& network_id() const { return network_id_; }
  [[nodiscard]] const contracts::Genesis& genesis() const { return genesis_; }
  [[nodiscard]] const codec::BlockHeader& head() const { return head_; }
  [[nodiscard]] const Hash32& head_hash() const { return head_hash_; }
  [[nodiscard]] const Journal& journal() const { return *journal_; }
  /// For what runs beside the writer: archiving, copying.
  [[nodiscard]] Journal& journal() { return *journal_; }

  /// Store::copy_to() of the state: of its last checkpoint. Any thread.
  [[nodiscard]] std::expected<std::uint64_t, storage::Error> copy_state_to(
      const std::filesystem::path& directory, const storage::CopyOptions& options) {
    return state_->copy_to(directory, options);
  }

  // ---- One block. ----

  /// Starts a block at `time_ms`, which is not before the last block's (CHECKed).
  void begin(std::uint64_t time_ms);
  /// Resolves, executes and checks one transaction, and lays a settled one into the block. A fault
  /// is the node's (storage, corruption, a broken invariant), not a verdict: the block must be
  /// abandoned.
  Faulty<Outcome> execute(const Candidate& candidate);
  /// The height, time and active time of the block that begin() started.
  [[nodiscard]] contracts::BlockContext open_block() const {
    const auto& header = block_.header;
    return {header.height, header.time_ms, header.active_ms, header.previous_hash};
  }
  /// Whether nothing has been laid into it yet.
  [[nodiscard]] bool open_block_empty() const { return block_.outcomes.empty(); }
  /// How many outcomes it has, and what they come to in the journal at most, so far.
  [[nodiscard]] std::size_t open_block_outcomes() const { return block_.outcomes.size(); }
  [[nodiscard]] std::size_t open_block_bytes() const { return block_bytes_; }
  /// Completes the header and returns the block, to be handed to commit().
  codec::Block seal();
  /// Journals blocks that seal() returned, in order, since the last commit: all or none, with one
  /// sync. On a fault other than outcome_unknown they are taken back as abandon() does.
  Faulty<void> commit(std::span<const codec::Block> blocks);
  /// Judges a block of another journal anew (rules, invariants, roots, digest; not the signatures)
  /// and appends it to this one. Faults: state_mismatch, with the transaction; journal_gap;
  /// storage.
  Faulty<void> reexecute(const codec::Block& block);
  /// Takes every block since the last commit back.
  void abandon();

  // ---- Looking. ----

  /// The verdict that a candidate would get now, changing nothing. Any thread but the writer's
  /// while a block is open.
  Faulty<contracts::Result<contracts::Delta>> simulate(const Candidate& candidate,
                                                       std::uint64_t time_ms) const;
  /// One registry entry as of the last executed transaction. Any thread.
  Faulty<std::optional<contracts::RegistryEntry>> read_entry(
      const contracts::RegistryKey& key) const {
    return registries_.read(key);
  }
  /// Who answers for what a key submits (contracts/membership.hpp), as of the last executed
  /// transaction; nobody for a stranger or one that was revoked. Any thread.
  Faulty<std::optional<contracts::PublicKey>> answering(const contracts::PublicKey& key) const;
  /// Up to `count_max` orders and cases whose deadline is not after `active_ms`, earliest first.
  [[nodiscard]] std::vector<contracts::RegistryKey> due(std::uint64_t active_ms,
                                                        std::size_t count_max) const;
  /// The unspent output of this number, valid until the next transaction is executed. Faults:
  /// state_corrupt, storage.
  Faulty<const StoredOutput*> output(contracts::OutputNumber number) {
    return outputs_.find(number);
  }
  [[nodiscard]] const contracts::Registry& registry() const { return registries_; }
  /// Whether the registry could not be read since the block began: then what was not found may be
  /// there.
  [[nodiscard]] const std::optional<Fault>& registry_fault() const { return registries_.fault(); }

  // ---- Checkpoints. ----

  /// Views have durably reached this height; outcomes up to it are found through them.
  void publish(std::uint64_t height);
  [[nodiscard]] bool checkpoint_due() const;
  /// Whether memory is at its bound and the writer must wait for the checkpoint that is running.
  [[nodiscard]] bool overloaded() const;
  /// Whether the views are so far behind that nothing more may settle.
  [[nodiscard]] bool unpublished_full() const;
  /// Freezes the present generation (no block may be open) and returns the work of writing it, to
  /// be run on another thread; then finish_checkpoint() takes its result on the writer's.
  std::function<Faulty<void>()> start_checkpoint();
  void finish_checkpoint();
  [[nodiscard]] bool checkpoint_running() const { return checkpoint_running_; }
  [[nodiscard]] std::uint64_t checkpoint_height() const { return checkpoint_height_; }

 private:
  struct Undo;

  Ledger(std::unique_ptr<storage::Store> state, std::unique_ptr<Journal> journal,
         LedgerOptions options);
  void hold();
  void let_go();
  Faulty<Outcome> sequence(const Candidate& candidate);
  Faulty<std::optional<Outcome>> recall(const Candidate& candidate) const;
  Faulty<std::optional<Outcome>> recall_settled(const contracts::Txid& txid) const;
  Faulty<contracts::Result<contracts::Delta>> judge(const Candidate& candidate,
                                                    contracts::ResolvedTransaction& resolved);
  Faulty<Outcome> settle(const Candidate& candidate, const contracts::Delta& delta);
  Outcome reject(const Candidate& candidate, const contracts::Error& error);
  void apply(const contracts::Transaction& transaction, const contracts::Txid& txid,
             const std::vector<contracts::RegistryWrite>& writes);
  void remember(const contracts::Transaction& transaction, const Remembered& value);
  void remember(const OnceKey& key, const Remembered& value);
  void note_settled(const Outcome& outcome);
  [[nodiscard]] std::size_t overlay_bytes() const;
  [[nodiscard]] bool overlay_full() const;
  void track_deadline(const contracts::RegistryKey& key, const contracts::RegistryEntry* now,
                      const contracts::RegistryEntry* before);
  void complete_header();
  Faulty<void> recover(ByteView genesis_bytes);
  Faulty<void> found();
  Faulty<void> load_checkpoint();
  Faulty<void> load_deadlines(contracts::RegistryKind kind);
  Faulty<void> replay(const codec::Block& block);
  Faulty<void> replay_outcome(const codec::Outcome& outcome);
  Faulty<void> reexecute_settled(const codec::SettledRecord& record);
  Faulty<void> reexecute_rejected(const codec::RejectedRecord& record);

  std::unique_ptr<storage::Store> state_;
  std::unique_ptr<Journal> journal_;
  LedgerOptions options_;
  contracts::Genesis genesis_;
  contracts::NetworkId network_id_;
  codec::BlockHeader head_;
  Hash32 head_hash_{};

  mutable FairMutex mutex_;  // the writer exclusively while a block is open, simulate() shared
  std::unique_lock<FairMutex> writing_{mutex_, std::defer_lock};
  Snapshot snapshot_;
  SpentBitmap bitmap_;
  Outputs outputs_;
  Registries registries_;
  Once once_;
  std::set<std::pair<std::uint64_t, contracts::RegistryKey>> deadlines_;
  Unpublished unpublished_;

  codec::Block block_;          // the one being built
  std::vector<Hash32> leaves_;  // one for each of its outcomes
  std::size_t block_bytes_ = 0;
  std::unique_ptr<Undo> undo_;
  std::atomic<std::uint64_t> checkpoint_height_ = 0;
  std::uint64_t frozen_height_ = 0;      // of the checkpoint that is running
  contracts::OutputNumber reclaim_ = 0;  // where the sweep for dead outputs goes on
  bool checkpoint_running_ = false;
  bool checkpoint_loaded_ = false;
};

}  // namespace tally::ledger
