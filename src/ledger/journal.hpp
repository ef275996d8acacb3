// The journal: blocks by height, appended, durable. The source of truth. Its tip (height and hash)
// is also kept outside it, because one flipped bit in LMDB's newest meta page silently reopens the
// previous transaction.
//
//   append: blocks ─▶ LMDB commit (sync) ─▶ tip file (sync) ─▶ acknowledged
//
// One writer; any number of readers on any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "codec/block.hpp"
#include "ledger/fault.hpp"
#include "storage/store.hpp"
#include "storage/tip_file.hpp"

namespace tally::ledger {

/// Where the chain ends.
using storage::Tip;

class Journal {
 public:
  /// How the journal's store of a network is opened; its only table is `blocks`.
  static storage::Options store_options(const contracts::NetworkId& network_id);
  /// Faults: storage, journal_corrupt (the last block),
  /// journal_rolled_back (the tip file knows a later or another block, or none).
  static Faulty<std::unique_ptr<Journal>> open(std::unique_ptr<storage::Store> store,
                                               storage::TipFile tip_file);

  /// Where the journal ends; nothing while it is empty. The writer's thread.
  [[nodiscard]] const std::optional<Tip>& tip() const { return tip_; }

  /// Appends blocks that follow on the tip (CHECKed), all or none, and returns when they are
  /// durable. Faults: storage. `map_full`, `disk_full`: known not to be written. `outcome_unknown`:
  /// stop.
  Faulty<void> append(std::span<const codec::Block> blocks);

  /// The block at a height. Faults: storage (not_found beyond the end), journal_corrupt.
  [[nodiscard]] Faulty<codec::Block> read(std::uint64_t height) const;
  /// Passes the blocks from `first` on, in one snapshot, until `visit` returns false or the end;
  /// each is checked to follow on the one before. Faults: as read(), journal_gap.
  Faulty<void> for_each(std::uint64_t first,
                        const std::function<bool(const codec::Block&)>& visit) const;

 private:
  Journal(std::unique_ptr<storage::Store> store, storage::TipFile tip_file)
      : store_(std::move(store)), tip_file_(std::move(tip_file)) {}

  std::unique_ptr<storage::Store> store_;
  storage::TipFile tip_file_;
  std::optional<Tip> tip_;
};

}  // namespace tally::ledger
