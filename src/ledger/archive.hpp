// The archive: what the journal no longer keeps, in segment files of one directory.
//
//   journal ─▶ blocks-<first>-<last>.segment.tmp ─▶ sync ─▶ read back ─▶ rename ─▶ sync of the
//   names
//                                                                           └─▶ then it is pruned
//
// A file under its final name is whole and was read back. The files may be copied elsewhere, and
// removed here: then the heights in them answer history_archived. What counts is what lies in the
// directory: no file is kept open, the directory is read again when a height is asked for that no
// known file has, and always before anything is archived or pruned. So files may be brought back,
// removed and replaced at any time.
//
// Two files may hold the same block, if an interrupted run was followed by one with other bounds,
// or files were brought back beside newer ones: that is as good as one, as long as it is the same.
//
// Threads: add() one at a time; everything else from any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "ledger/archive_segment.hpp"

namespace tally::ledger {

class Archive {
 public:
  /// The journal's block of a height.
  using Source = std::function<Faulty<codec::Block>(std::uint64_t height)>;

  /// The directory need not be there yet. Faults: archive_corrupt (a file, or two that hold
  /// different blocks of one height), storage (wrong_network, newer_format: a file is not this
  /// network's, or not for this program).
  static Faulty<std::unique_ptr<Archive>> open(std::filesystem::path directory,
                                               const contracts::NetworkId& network);

  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }
  /// The segments that are there now, by their first height, without those whose blocks the others
  /// have: `last` grows too. Faults: as open().
  [[nodiscard]] Faulty<std::vector<SegmentInfo>> segments() const;

  /// The block of a height. Faults: history_archived (no segment has it), archive_corrupt, storage.
  [[nodiscard]] Faulty<codec::Block> read(std::uint64_t height) const;

  /// Writes a segment of the blocks from `source`; when it returns it is durable and was read
  /// back under its name. Faults: those of `source` and verify(), storage.
  Faulty<void> add(std::uint64_t first, std::uint64_t last, const Source& source);
  /// Opens the segment by its name and reads it whole (SegmentFile::verify()); when it returns this
  /// very file is durable, and so is its name. Faults: archive_corrupt (also if it is another file
  /// than was told of), storage (not_found: it is not there any more).
  [[nodiscard]] Faulty<void> verify(const SegmentInfo& segment) const;

 private:
  struct Entry {
    SegmentInfo info;
    FileIdentity identity;
  };
  struct Listing {
    std::vector<Entry> all;
    std::vector<SegmentInfo> cover;  // what segments() returns
  };
  Archive(std::filesystem::path directory, const contracts::NetworkId& network)
      : directory_(std::move(directory)), network_(network) {}
  [[nodiscard]] std::shared_ptr<const Listing> listing() const;
  [[nodiscard]] Faulty<std::shared_ptr<const Listing>> look() const;
  [[nodiscard]] Faulty<std::vector<Entry>> list_files() const;
  [[nodiscard]] Faulty<std::vector<SegmentInfo>> cover_of(const std::vector<Entry>& all) const;
  [[nodiscard]] Faulty<void> compare(const SegmentInfo& one, const SegmentInfo& other) const;
  [[nodiscard]] Faulty<SegmentFile> open_segment(const SegmentInfo& segment) const;
  [[nodiscard]] Faulty<SegmentFile> find(std::uint64_t height) const;
  Faulty<void> write(const std::filesystem::path& path, std::uint64_t first, std::uint64_t last,
                     const Source& source) const;

  const std::filesystem::path directory_;
  const contracts::NetworkId network_;
  mutable std::mutex mutex_;
  mutable std::shared_ptr<const Listing> listing_ = std::make_shared<const Listing>();
};

inline constexpr std::string_view kSegmentSuffix = ".segment";

/// The name of a segment's file.
[[nodiscard]] std::string segment_name(std::uint64_t first, std::uint64_t last);

/// The first height from `height` on that none of the segments has; they are as
/// Archive::segments() returns them.
[[nodiscard]] std::uint64_t end_from(std::span<const SegmentInfo> segments, std::uint64_t height);

}  // namespace tally::ledger
