#include "storage/posix.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace tally::storage {

FileDescriptor::~FileDescriptor() {
  if (fd_ >= 0) ::close(fd_);
}

Error from_errno(int error_number) {
  switch (error_number) {
    case ENOENT:
    case ENOTDIR:
      return Error::not_found;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return Error::disk_full;
    case EACCES:
    case EPERM:
    case EROFS:
      return Error::denied;
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case EAGAIN:
      return Error::busy;
    default:
      return Error::io;
  }
}

std::expected<FileDescriptor, Error> open_file(const std::filesystem::path& path, int flags,
                                               mode_t mode) {
  while (true) {
    const int fd = ::open(path.c_str(), flags | O_CLOEXEC, mode);
    if (fd >= 0) return FileDescriptor(fd);
    if (errno != EINTR) return std::unexpected(from_errno(errno));
  }
}

std::expected<void, Error> write_at(const FileDescriptor& file, ByteView bytes,
                                    std::uint64_t offset) {
  while (!bytes.empty()) {
    const auto n = ::pwrite(file.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (n < 0) {
      if (errno == EINTR) continue;
      return std::unexpected(from_errno(errno));
    }
    bytes = bytes.subspan(static_cast<std::size_t>(n));
    offset += static_cast<std::uint64_t>(n);
  }
  return {};
}

std::expected<std::size_t, Error> read_at(const FileDescriptor& file, std::span<std::uint8_t> out,
                                          std::uint64_t offset) {
  std::size_t done = 0;
  while (done < out.size()) {
    const auto n = ::pread(file.get(), out.data() + done, out.size() - done,
                           static_cast<off_t>(offset + done));
    if (n < 0) {
      if (errno == EINTR) continue;
      return std::unexpected(from_errno(errno));
    }
    if (n == 0) break;
    done += static_cast<std::size_t>(n);
  }
  return done;
}

std::expected<std::uint64_t, Error> size_of(const FileDescriptor& file) {
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return std::unexpected(from_errno(errno));
  return static_cast<std::uint64_t>(status.st_size);
}

std::expected<void, Error> reserve(int fd, std::uint64_t offset, std::uint64_t length) {
  while (::fallocate(fd, 0, static_cast<off_t>(offset), static_cast<off_t>(length)) != 0) {
    if (errno == EINTR) continue;
    if (errno == EOPNOTSUPP || errno == ENOSYS) return {};
    return std::unexpected(from_errno(errno));
  }
  return {};
}

std::expected<void, Error> sync_file(const FileDescriptor& file) {
  if (::fsync(file.get()) != 0) return std::unexpected(Error::outcome_unknown);
  return {};
}

std::expected<void, Error> sync_data(const FileDescriptor& file) {
  if (::fdatasync(file.get()) != 0) return std::unexpected(Error::outcome_unknown);
  return {};
}

std::expected<void, Error> make_directory(const std::filesystem::path& path) {
  auto parent = path.has_filename() ? path.parent_path() : path.parent_path().parent_path();
  if (parent.empty()) parent = ".";
  struct stat status{};
  if (::stat(path.c_str(), &status) == 0) {
    if (!S_ISDIR(status.st_mode)) return std::unexpected(Error::invalid);
    // Who made it may have been killed before it was durable. A parent that cannot be read is not
    // one that we made it in.
    const auto synced = sync_directory(parent);
    if (!synced && synced.error() != Error::denied) return synced;
    return {};
  }
  if (parent != path && (::stat(parent.c_str(), &status) != 0 || !S_ISDIR(status.st_mode))) {
    if (const auto made = make_directory(parent); !made) return made;
  }
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    return std::unexpected(from_errno(errno));
  }
  return sync_directory(parent);
}

std::expected<void, Error> sync_directory(const std::filesystem::path& path) {
  const auto directory = open_file(path, O_RDONLY | O_DIRECTORY);
  if (!directory) return std::unexpected(directory.error());
  return sync_file(*directory);
}

std::expected<FileDescriptor, Error> lock_directory(const std::filesystem::path& path) {
  auto file = open_file(path / "LOCK", O_RDWR | O_CREAT);
  if (!file) return file;
  while (::flock(file->get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    return std::unexpected(errno == EWOULDBLOCK ? Error::locked : from_errno(errno));
  }
  return file;
}

}  // namespace tally::storage
