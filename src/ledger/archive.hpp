// The archive: what the journal no longer keeps, in segment files of one directory.
//
//   journal ─▶ blocks-<first>-<last>.segment.tmp ─▶ sync ─▶ read back ─▶ rename ─▶ sync of the
//   names
//                                                                           └─▶ then it is pruned
//
// A file under its final name is whole and was read back. The files may be copied elsewhere, and
// removed here: then the heights in them answer history_archived. The directory is read again when
// a height is asked for that no known file has, so files may be brought back at any time.
//
// Threads: add() one at a time; everything else from any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "ledger/archive_segment.hpp"

namespace tally::ledger {

class Archive {
 public:
  /// The journal's block of a height.
  using Source = std::function<Faulty<codec::Block>(std::uint64_t height)>;

  /// The directory need not be there yet. Faults: archive_corrupt (a file, or two that overlap),
  /// storage (wrong_network, newer_format: a file is not this network's, or not for this program).
  static Faulty<std::unique_ptr<Archive>> open(std::filesystem::path directory,
                                               const contracts::NetworkId& network);

  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }
  /// The segments that are there, by their first height.
  [[nodiscard]] std::vector<SegmentInfo> segments() const;
  /// The first height from `height` on that it does not have.
  [[nodiscard]] std::uint64_t end_from(std::uint64_t height) const;

  /// The block of a height. Faults: history_archived (no segment has it), archive_corrupt, storage.
  [[nodiscard]] Faulty<codec::Block> read(std::uint64_t height) const;

  /// Writes a segment of the blocks from `source`; when it returns it is durable and was read
  /// back. Faults: those of `source`, storage; nothing is there under the final name then.
  Faulty<void> add(std::uint64_t first, std::uint64_t last, const Source& source);
  /// Reads the segment that begins at `first` whole (SegmentFile::verify()). Faults:
  /// history_archived, archive_corrupt, storage.
  Faulty<SegmentInfo> verify(std::uint64_t first) const;

 private:
  using Segments = std::map<std::uint64_t, std::shared_ptr<const SegmentFile>>;
  Archive(std::filesystem::path directory, const contracts::NetworkId& network)
      : directory_(std::move(directory)), network_(network) {}
  [[nodiscard]] Faulty<Segments> scan() const;
  [[nodiscard]] std::shared_ptr<const SegmentFile> find(std::uint64_t height) const;
  [[nodiscard]] Faulty<std::shared_ptr<const SegmentFile>> find_or_scan(std::uint64_t height) const;
  Faulty<void> write(const std::filesystem::path& path, std::uint64_t first, std::uint64_t last,
                     const Source& source) const;

  const std::filesystem::path directory_;
  const contracts::NetworkId network_;
  mutable std::mutex mutex_;
  mutable Segments segments_;
};

/// The name of a segment's file.
[[nodiscard]] std::string segment_name(std::uint64_t first, std::uint64_t last);

}  // namespace tally::ledger
