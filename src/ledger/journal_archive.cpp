// The journal's way into the archive, and its copy: what runs beside the writer.
#include <algorithm>

#include "base/check.hpp"
#include "base/failpoint.hpp"
#include "ledger/journal.hpp"
#include "ledger/journal_record.hpp"
#include "ledger/state_tables.hpp"
#include "storage/lmdb_store.hpp"
#include "storage/scan.hpp"

namespace tally::ledger {
namespace {

constexpr storage::Table kBlocks{0};
constexpr std::uint64_t kPruneBlocks = 256;  // in one transaction

}  // namespace

Faulty<std::uint64_t> Journal::archive_below(std::uint64_t end, std::uint64_t segment_blocks_max,
                                             bool partial) {
  CHECK(archive_ && segment_blocks_max > 0);
  segment_blocks_max = std::min(segment_blocks_max, kSegmentBlocksMax);
  const auto kept = first_height();
  if (!kept) return kept;
  for (auto first = *kept;;) {
    const auto segments = archive_->segments();
    if (!segments) return std::unexpected(segments.error());
    first = end_from(*segments, first);
    auto last = std::min(end, first + segment_blocks_max);
    // A segment that came back, from a backup perhaps, is not written over.
    for (const auto& segment : *segments) {
      if (segment.first > first) last = std::min(last, segment.first);
    }
    const bool whole = last == first + segment_blocks_max;
    if (first >= end || (!whole && last == end && !partial)) return first;
    const auto added =
        archive_->add(first, last - 1, [&](std::uint64_t height) { return read(height); });
    if (!added) return std::unexpected(added.error());
  }
}

// The segment must hold this journal's blocks, not those of another copy of it.
Faulty<void> Journal::compare(const SegmentInfo& segment) const {
  const auto next = read(segment.last + 1);
  if (!next) return std::unexpected(next.error());
  if (next->header.previous_hash == segment.last_hash) return {};
  return fault(FaultCode::archive_corrupt, segment.last,
               segment.path.string() +
                   ": it ends with another block than this journal has; move the file away");
}

Faulty<std::uint64_t> Journal::prune_below(std::uint64_t end) {
  CHECK(archive_);
  const auto kept = first_height();
  if (!kept) return kept;
  const auto segments = archive_->segments();
  if (!segments) return std::unexpected(segments.error());
  std::uint64_t count = 0;
  auto first = *kept;
  for (const auto& segment : *segments) {
    if (segment.last < first) continue;
    if (segment.first > first || segment.last >= end) break;
    // What is pruned exists nowhere but in this file: so it is looked at as it lies there now.
    if (auto whole = archive_->verify(segment); !whole) return std::unexpected(whole.error());
    if (auto same = compare(segment); !same) return std::unexpected(same.error());
    const auto pruned = prune(first, segment.last + 1);
    if (!pruned) return pruned;
    count += *pruned;
    first = segment.last + 1;
  }
  return count;
}

// Removes the heights from `first` to `end`, which the journal has, but never its last block.
Faulty<std::uint64_t> Journal::prune(std::uint64_t first, std::uint64_t end) {
  std::uint64_t count = 0;
  while (first < end) {
    const auto stop = std::min(end, first + kPruneBlocks);
    auto write = store_->begin_write();
    if (!write) return fault(write.error(), "journal: begin write", first);
    const auto last = storage::first_entry(**write, kBlocks, {}, storage::Direction::backward);
    if (!last) return fault(last.error(), "journal: last block", first);
    CHECK(read_be<std::uint64_t>(last->key) >= stop);
    const auto erased =
        storage::erase_range(**write, kBlocks, {number_key(first), number_key(stop)}, kPruneBlocks);
    if (!erased) return fault(erased.error(), "journal: prune", first);
    if (const auto done = (*write)->commit(); !done) {
      return fault(done.error(), "journal: prune", first);
    }
    FAILPOINT(prune_between);
    count += *erased;
    first = stop;
  }
  return count;
}

Faulty<Tip> Journal::copy_to(const std::filesystem::path& directory, const Clock& clock,
                             const contracts::NetworkId& network,
                             const storage::CopyOptions& options) {
  const auto copied = store_->copy_to(directory / "journal", options);
  if (!copied) return fault(copied.error(), "journal: copy");
  // What another disk does to the copy is no reason to stop.
  auto options_of_copy = store_options(network);
  options_of_copy.on_unknown_outcome = {};
  auto store = storage::open_lmdb_store(directory / "journal", clock, std::move(options_of_copy));
  if (!store) return fault(store.error(), "journal: open the copy");
  // The tip file that lies beside this journal may know a later block than the copy has, and would
  // call it rolled back.
  const auto block = last_block(**store);
  if (!block) return std::unexpected(block.error());
  if (!*block) return fault(FaultCode::journal_gap, 0, "journal: the copy is empty");
  const auto tip = tip_of(**block);
  auto tip_file = storage::TipFile::open(directory / "journal.tip", true, {});
  if (!tip_file) return fault(tip_file.error(), "journal.tip: the copy's");
  if (const auto done = tip_file->write(tip.height, tip.hash); !done) {
    return fault(done.error(), "journal.tip: the copy's");
  }
  return tip;
}

}  // namespace tally::ledger
