// The journal: blocks by height, appended, durable. The source of truth. Its tip (height and hash)
// is also kept outside it, because one flipped bit in LMDB's newest meta page silently reopens the
// previous transaction.
//
//   append: blocks ─▶ LMDB commit (sync) ─▶ tip file (sync) ─▶ acknowledged
//
// Old blocks may be moved to an archive (archive.hpp); reading falls through to it.
//
// One writer; any number of readers on any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "base/clock.hpp"
#include "codec/block.hpp"
#include "ledger/archive.hpp"
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
                                               storage::TipFile tip_file,
                                               std::unique_ptr<Archive> archive = nullptr);

  /// Where the journal ends; nothing while it is empty. The writer's thread.
  [[nodiscard]] const std::optional<Tip>& tip() const { return tip_; }

  /// Appends blocks that follow on the tip (CHECKed), all or none, and returns when they are
  /// durable. Faults: storage. `map_full`, `disk_full`: known not to be written. `outcome_unknown`:
  /// stop.
  Faulty<void> append(std::span<const codec::Block> blocks);

  /// The block at a height. Faults: storage (not_found beyond the end), journal_corrupt; of what
  /// was pruned also history_archived, archive_corrupt.
  [[nodiscard]] Faulty<codec::Block> read(std::uint64_t height) const;
  /// Passes the blocks from `first` on, in one snapshot, until `visit` returns false or the end;
  /// each is checked to follow on the one before. Faults: as read(), journal_gap.
  Faulty<void> for_each(std::uint64_t first,
                        const std::function<bool(const codec::Block&)>& visit) const;

  // ---- Room and age. Any thread; archive_below() and prune_below() one at a time. ----

  /// Whether there is room for a block of `bytes`. Errors: those of Store::ensure_room().
  [[nodiscard]] std::expected<void, storage::Error> ensure_room(std::size_t bytes) {
    return store_->ensure_room(bytes);
  }
  /// The first height that is not pruned; 0 in an empty journal. Faults: storage.
  [[nodiscard]] Faulty<std::uint64_t> first_height() const;
  /// None if it was opened without one.
  [[nodiscard]] const Archive* archive() const { return archive_.get(); }
  /// Writes what is below `end` and not in the archive yet into segments of up to
  /// `segment_blocks_max` blocks, a shorter one at the end only if `partial`; returns the height
  /// that the archive reaches to. It has an archive (CHECKed). Faults: storage, journal_corrupt,
  /// archive_corrupt.
  Faulty<std::uint64_t> archive_below(std::uint64_t end, std::uint64_t segment_blocks_max,
                                      bool partial);
  /// Removes the blocks of whole segments below `end`, each segment read back anew and compared
  /// before; the last block stays. A few hundred blocks at a time, so that the writer waits for one
  /// short commit at most. Returns how many. Faults: as archive_below().
  Faulty<std::uint64_t> prune_below(std::uint64_t end);
  /// Copies the store into `directory`/journal, with a journal.tip of its own, beside append().
  /// Returns where the copy ends. `clock` outlives the call. Faults: storage, journal_corrupt.
  Faulty<Tip> copy_to(const std::filesystem::path& directory, const Clock& clock,
                      const contracts::NetworkId& network, const storage::CopyOptions& options);

 private:
  Journal(std::unique_ptr<storage::Store> store, storage::TipFile tip_file,
          std::unique_ptr<Archive> archive)
      : store_(std::move(store)), tip_file_(std::move(tip_file)), archive_(std::move(archive)) {}
  [[nodiscard]] Faulty<codec::Block> read_archived(std::uint64_t height) const;
  Faulty<void> compare(const SegmentInfo& segment) const;
  Faulty<std::uint64_t> prune(std::uint64_t first, std::uint64_t end);

  std::unique_ptr<storage::Store> store_;
  storage::TipFile tip_file_;
  std::unique_ptr<Archive> archive_;
  std::optional<Tip> tip_;
};

}  // namespace tally::ledger
