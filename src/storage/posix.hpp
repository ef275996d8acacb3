// The few system calls that storage makes itself, with their errors sorted.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <span>
#include <utility>

#include "base/bytes.hpp"
#include "storage/error.hpp"

namespace tally::storage {

/// Owns an open file; closes it when it goes.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor();

  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool is_open() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

/// The error for a value of errno: ENOENT is not_found; ENOSPC, EDQUOT and EFBIG are disk_full;
/// what the process may not do or has run out of is denied or busy; all else is io.
[[nodiscard]] Error from_errno(int error_number);

/// open(2), with O_CLOEXEC and tried again after a signal. Errors: from_errno().
[[nodiscard]] std::expected<FileDescriptor, Error> open_file(const std::filesystem::path& path,
                                                             int flags, mode_t mode = 0600);

/// Writes all of `bytes` at `offset`. Errors: from_errno(); part may have been written.
[[nodiscard]] std::expected<void, Error> write_at(const FileDescriptor& file, ByteView bytes,
                                                  std::uint64_t offset);

/// Fills `out` from `offset` on, and returns how many bytes there were before the file's end.
[[nodiscard]] std::expected<std::size_t, Error> read_at(const FileDescriptor& file,
                                                        std::span<std::uint8_t> out,
                                                        std::uint64_t offset);

/// The file's size in bytes.
[[nodiscard]] std::expected<std::uint64_t, Error> size_of(const FileDescriptor& file);

/// Reserves disk for the file from `offset` for `length` bytes and makes it at least that long.
/// A file system that cannot reserve is no error: it then says disk_full when written to.
[[nodiscard]] std::expected<void, Error> reserve(int fd, std::uint64_t offset,
                                                 std::uint64_t length);

/// Makes a directory with the parents it lacks, mode 0700, each durable in its parent; so is one
/// that is there already.
[[nodiscard]] std::expected<void, Error> make_directory(const std::filesystem::path& path);

/// fsync(2), and fdatasync(2), of a file. Errors: outcome_unknown, whatever the system says: after
/// a failed sync, for want of room too, nobody knows what of the file is durable, and a second one
/// may succeed without its being so.
[[nodiscard]] std::expected<void, Error> sync_file(const FileDescriptor& file);
[[nodiscard]] std::expected<void, Error> sync_data(const FileDescriptor& file);

/// fsync(2) of a directory: makes the names in it durable. Errors: from_errno(), if it cannot be
/// opened; outcome_unknown.
[[nodiscard]] std::expected<void, Error> sync_directory(const std::filesystem::path& path);

/// Takes the directory for this process by an flock(2) on its file LOCK, until the descriptor is
/// closed or the process ends. It also refuses a second taker within one process. Errors: locked,
/// from_errno().
[[nodiscard]] std::expected<FileDescriptor, Error> lock_directory(
    const std::filesystem::path& path);

}  // namespace tally::storage
