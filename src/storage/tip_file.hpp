// The journal's tip, kept outside LMDB: one flipped bit in LMDB's newest meta page silently reopens
// the transaction before it, and this file notices (docs/architecture.md, "Storage").
//
//   file = slot(512) zeros(3584) slot(512) zeros(3584)
//   slot = magic(8) sequence(8) height(8) hash(32) crc32c(4) zeros(452)      integers big-endian
//
// The slots are in different pages. A write goes to the slot with the lower sequence, so the newest
// complete record is never overwritten: a torn write costs the new record only.
//
// Threads: one at a time.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "base/id.hpp"
#include "storage/error.hpp"
#include "storage/unknown_outcome.hpp"

namespace tally::storage {

struct Tip {
  std::uint64_t height = 0;
  Hash32 hash{};
  bool operator==(const Tip&) const = default;
};

/// Where the bytes of a tip file lie: a file, or what a simulation puts in its place.
class TipMedium {
 public:
  virtual ~TipMedium() = default;
  /// All bytes. Errors: those of read_at().
  [[nodiscard]] virtual std::expected<Bytes, Error> read() = 0;
  /// Writes within what is there, and syncs. Any error leaves it unknown what was written.
  [[nodiscard]] virtual std::expected<void, Error> write(std::uint64_t offset, ByteView bytes) = 0;
};

class TipFile {
 public:
  static constexpr std::size_t kBytes = 8192;

  /// Opens the file, or makes it durably if `create` is set and it is not there; its directory
  /// exists. Errors: not_found, denied, disk_full, corrupt (neither slot is readable, or the file
  /// has another size), io.
  [[nodiscard]] static std::expected<TipFile, Error> open(
      const std::filesystem::path& path, bool create,
      OnUnknownOutcome on_unknown_outcome = stop_process);

  /// The same on a medium that holds kBytes, all zero when it is new.
  [[nodiscard]] static std::expected<TipFile, Error> open(
      std::unique_ptr<TipMedium> medium, OnUnknownOutcome on_unknown_outcome = stop_process,
      std::string where = "journal.tip");

  /// The newest tip, or nothing if none was ever written.
  [[nodiscard]] std::optional<Tip> read() const;

  /// Makes the tip durable: one pwrite(2) and one fdatasync(2) into space that the file already
  /// has. Errors: halted (an earlier write failed), outcome_unknown (this one did, and
  /// `on_unknown_outcome` has returned).
  [[nodiscard]] std::expected<void, Error> write(std::uint64_t height, const Hash32& hash);

  /// Whether an earlier write failed.
  [[nodiscard]] bool halted() const { return fuse_->blown(); }

  /// Slots that held neither a record nor zeros when the file was opened: 1 after a torn write or a
  /// fault of the disk.
  [[nodiscard]] int damaged_slots() const { return damaged_slots_; }

 private:
  struct Record {
    std::uint64_t sequence = 0;  // 0: never written, or damaged
    Tip tip;
  };
  TipFile(std::unique_ptr<TipMedium> medium, std::unique_ptr<Fuse> fuse)
      : medium_(std::move(medium)), fuse_(std::move(fuse)) {}
  [[nodiscard]] std::expected<void, Error> load();
  [[nodiscard]] std::size_t newest() const {
    return records_[1].sequence > records_[0].sequence ? 1 : 0;
  }

  std::unique_ptr<TipMedium> medium_;
  std::unique_ptr<Fuse> fuse_;  // a tip file moves, a fuse does not
  std::array<Record, 2> records_;
  int damaged_slots_ = 0;
};

}  // namespace tally::storage
