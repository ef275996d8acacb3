// One segment of the archive: a file that holds blocks of consecutive heights.
//
//   segment = header record* index trailer                              integers big-endian
//   header  = "tallyarc" format(4) network_id(32) first(8) last(8) previous_hash(32) crc32c(4)
//   record  = length(4) crc32c(4) block                                  block: docs/spec/block.md
//   index   = offset(8) × (last - first + 1) crc32c(4)                  of each record's length
//   trailer = last_hash(32) index_at(8) sha256(32) crc32c(4) "tallyend"
//
// previous_hash is that of block first - 1 (zeros for block 0), last_hash that of block `last`;
// sha256 is over everything before it; the crc32c of a record is the block's, every other one that
// of its part up to it. docs/spec/archive.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "codec/block.hpp"
#include "contracts/id.hpp"
#include "crypto/hash.hpp"
#include "ledger/fault.hpp"
#include "storage/posix.hpp"

namespace tally::ledger {

inline constexpr std::uint32_t kArchiveFormat = 1;
inline constexpr std::uint64_t kSegmentBlocksMax = 65'536;

struct SegmentInfo {
  std::filesystem::path path;  ///< Its file.
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  Hash32 previous_hash{};
  Hash32 last_hash{};
  std::uint64_t bytes = 0;
  bool operator==(const SegmentInfo&) const = default;
};

/// Which file it is, and that nothing was done to it since: another one under its name differs.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t bytes = 0;
  std::int64_t changed_ns = 0;
  bool operator==(const FileIdentity&) const = default;
};

/// Of what lies at a path now. Errors: storage::from_errno().
[[nodiscard]] std::expected<FileIdentity, storage::Error> identify(
    const std::filesystem::path& path);

/// Writes a file from its beginning to its end. One thread.
class SegmentWriter {
 public:
  /// Replaces what is at `path`. Faults: storage.
  static Faulty<SegmentWriter> create(const std::filesystem::path& path,
                                      const contracts::NetworkId& network, std::uint64_t first,
                                      std::uint64_t last, const Hash32& previous_hash);
  /// The block of the next height, encoded. Faults: storage.
  Faulty<void> add(ByteView block);
  /// Index and trailer, and a sync; every block has been added (CHECKed). Faults: storage.
  Faulty<void> finish(const Hash32& last_hash);

 private:
  explicit SegmentWriter(storage::FileDescriptor file) : file_(std::move(file)) {}
  Faulty<void> write(ByteView bytes);

  storage::FileDescriptor file_;
  crypto::Sha256 hash_;
  std::uint64_t at_ = 0;
  std::uint64_t count_ = 0;
  Bytes index_;
};

/// A file that is there, open as long as this lives. Any thread.
class SegmentFile {
 public:
  /// Looks at header and trailer. Faults: storage (wrong_network and newer_format among them, with
  /// the path), archive_corrupt.
  static Faulty<SegmentFile> open(const std::filesystem::path& path,
                                  const contracts::NetworkId& network);
  [[nodiscard]] const SegmentInfo& info() const { return info_; }
  /// Of the file that is open, as it was opened.
  [[nodiscard]] const FileIdentity& identity() const { return identity_; }

  /// The block of a height between first and last (CHECKed). Faults: archive_corrupt, storage.
  [[nodiscard]] Faulty<codec::Block> read(std::uint64_t height) const;
  /// Reads it whole, from the disk: its hash, each block, and that they follow on each other from
  /// previous_hash to last_hash. `go_on` is told what was read, in bytes, and ends it by false.
  /// Faults: archive_corrupt, storage (busy: it was ended).
  [[nodiscard]] Faulty<void> verify(
      const std::function<bool(std::uint64_t bytes)>& go_on = {}) const;
  /// Makes it durable. Faults: storage.
  [[nodiscard]] Faulty<void> sync() const;

 private:
  explicit SegmentFile(storage::FileDescriptor file, std::filesystem::path path)
      : file_(std::move(file)) {
    info_.path = std::move(path);
  }
  Faulty<void> read_header(const contracts::NetworkId& network);
  Faulty<void> read_trailer();
  Faulty<void> check_hash(const std::function<bool(std::uint64_t bytes)>& go_on) const;
  [[nodiscard]] Faulty<Bytes> bytes_at(std::uint64_t offset, std::size_t count) const;
  [[nodiscard]] std::unexpected<Fault> corrupt(std::string_view what,
                                               std::uint64_t height = 0) const;

  storage::FileDescriptor file_;
  SegmentInfo info_;
  FileIdentity identity_;
  std::uint64_t index_at_ = 0;
  Hash32 hash_{};
};

}  // namespace tally::ledger
