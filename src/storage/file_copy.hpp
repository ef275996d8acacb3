// Copies of plain files, as Store::copy_to() makes them of stores: paced, stopped, synced.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>

#include "storage/posix.hpp"
#include "storage/store.hpp"

namespace tally::storage {

/// Takes what a copy consists of, in order.
class PacedWriter {
 public:
  /// `file` is empty and outlives it.
  PacedWriter(const FileDescriptor& file, const CopyOptions& options)
      : file_(file), options_(options), begun_(std::chrono::steady_clock::now()) {}
  /// Writes, syncs now and then so that the last sync is short, and waits as the rate demands.
  /// Errors: busy (it is to stop), disk_full, io.
  [[nodiscard]] std::expected<void, Error> write(ByteView bytes);
  /// The last sync; returns the bytes written. Errors: io.
  [[nodiscard]] std::expected<std::uint64_t, Error> finish();

 private:
  const FileDescriptor& file_;
  const CopyOptions& options_;
  const std::chrono::steady_clock::time_point begun_;
  std::uint64_t written_ = 0;
  std::uint64_t synced_ = 0;
};

/// Copies the bytes that `from` has now into the new file `to`, of mode 0600, and syncs it. Its
/// name is the caller's to sync. Returns the bytes. Errors: not_found, denied, disk_full, busy, io.
[[nodiscard]] std::expected<std::uint64_t, Error> copy_file(const std::filesystem::path& from,
                                                            const std::filesystem::path& to,
                                                            const CopyOptions& options);

}  // namespace tally::storage
