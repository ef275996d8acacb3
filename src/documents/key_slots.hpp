// The file of document keys: a slot for each, overwritten in place when its document is erased.
//
// Keys are not in LMDB, because a copy-on-write tree leaves the old page on the disk for an unknown
// time; and they are in one file of their own, so that backups can leave it out: a document that is
// erased here is then erased from every backup too (docs/spec/documents.md). A disk that moves what
// is overwritten (flash, btrfs) may keep an old block; what it keeps is sealed by the node's key.
//
//   file = slot*
//   slot = hash(32) sealed_key(60) crc32c(4) zeros(32)      128 bytes; a free one is all zeros
//
// Threads: one at a time, except read(), which may run beside itself and beside store().
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

#include "base/id.hpp"
#include "documents/error.hpp"
#include "storage/posix.hpp"
#include "storage/unknown_outcome.hpp"

namespace tally::documents {

/// A 32-byte key sealed as crypto/aead.hpp has it.
using SealedKey = std::array<std::uint8_t, 60>;

class KeySlots {
 public:
  /// Opens the file, or makes it. Nothing is known of its slots before wipe_all_but(). Errors:
  /// denied, disk_full, busy, corrupt (its size is no multiple of a slot's), io.
  [[nodiscard]] static std::expected<KeySlots, Error> open(
      const std::filesystem::path& path,
      storage::OnUnknownOutcome on_unknown_outcome = storage::stop_process);

  /// Reads all slots, wipes those for which `is_live(slot)` is false and remembers which are free:
  /// what a crash left behind goes here. Errors: io, outcome_unknown.
  [[nodiscard]] std::expected<void, Error> wipe_all_but(
      const std::function<bool(std::uint32_t)>& is_live);

  /// Puts the key into a free slot, durably, and returns which. Errors: disk_full, map_full (2^32
  /// slots are taken), io, outcome_unknown; halted, after that.
  [[nodiscard]] std::expected<std::uint32_t, Error> store(const Hash32& hash, const SealedKey& key);

  /// The key in `slot`. Errors: corrupt (the slot is free, damaged, or another document's), io.
  [[nodiscard]] std::expected<SealedKey, Error> read(std::uint32_t slot, const Hash32& hash) const;

  /// Overwrites the slot with zeros, durably; then it is free. Errors: io, outcome_unknown, halted.
  [[nodiscard]] std::expected<void, Error> wipe(std::uint32_t slot);

 private:
  KeySlots(storage::FileDescriptor file, std::unique_ptr<storage::Fuse> fuse)
      : file_(std::move(file)), fuse_(std::move(fuse)) {}
  [[nodiscard]] std::expected<void, Error> sync();
  [[nodiscard]] std::expected<void, Error> extend();

  storage::FileDescriptor file_;
  std::unique_ptr<storage::Fuse> fuse_;
  std::uint64_t count_ = 0;
  std::vector<std::uint32_t> free_;  // a stack: low slots on top when freshly opened
};

}  // namespace tally::documents
