#include "storage/durable_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/planted.hpp"
#include "storage/posix.hpp"

namespace tally::storage {
namespace {

std::filesystem::path directory_of(const std::filesystem::path& path) {
  auto directory = path.parent_path();
  return directory.empty() ? std::filesystem::path(".") : directory;
}

std::expected<void, Error> write_and_sync(const std::filesystem::path& path, ByteView bytes,
                                          mode_t mode) {
  auto file = open_file(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode);
  if (!file) return std::unexpected(file.error());
  // A leftover of an earlier run may have another mode.
  if (::fchmod(file->get(), mode) != 0) return std::unexpected(from_errno(errno));
  if (const auto written = write_at(*file, bytes, 0); !written) return written;
  if (PLANTED(file_not_synced)) return {};
  return sync_file(*file);
}

}  // namespace

std::expected<void, Error> write_file(const std::filesystem::path& path, ByteView bytes,
                                      mode_t mode) {
  auto temporary = path;
  temporary += ".tmp";
  if (const auto written = write_and_sync(temporary, bytes, mode); !written) {
    ::unlink(temporary.c_str());
    return written;
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    const int cause = errno;
    ::unlink(temporary.c_str());
    return std::unexpected(from_errno(cause));
  }
  if (PLANTED(name_not_synced)) return {};
  if (!sync_directory(directory_of(path))) return std::unexpected(Error::outcome_unknown);
  return {};
}

std::expected<Bytes, Error> read_file(const std::filesystem::path& path,
                                      std::size_t size_bytes_max) {
  const auto file = open_file(path, O_RDONLY);
  if (!file) return std::unexpected(file.error());
  struct stat status{};
  if (::fstat(file->get(), &status) != 0) return std::unexpected(from_errno(errno));
  if (!S_ISREG(status.st_mode) || static_cast<std::uint64_t>(status.st_size) > size_bytes_max) {
    return std::unexpected(Error::invalid);
  }
  Bytes bytes(static_cast<std::size_t>(status.st_size));
  const auto read = read_at(*file, bytes, 0);
  if (!read) return std::unexpected(read.error());
  bytes.resize(*read);
  return bytes;
}

std::expected<void, Error> remove_file(const std::filesystem::path& path) {
  if (::unlink(path.c_str()) != 0) return std::unexpected(from_errno(errno));
  return sync_directory(directory_of(path));
}

}  // namespace tally::storage
