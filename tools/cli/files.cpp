#include "cli/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "crypto/random.hpp"

namespace tally::cli {
namespace {

class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(File&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_;
};

std::unexpected<Failure> system_fault(const std::filesystem::path& path) {
  return usage(fmt::format("{}: {}", path.string(), std::strerror(errno)));
}

Result<File> open_private(const std::filesystem::path& path) {
  File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.fd() < 0) return system_fault(path);
  struct stat status{};
  if (::fstat(file.fd(), &status) != 0) return system_fault(path);
  if (!S_ISREG(status.st_mode)) return usage(path.string() + ": not a regular file");
  if ((status.st_mode & 077) != 0) {
    return usage(fmt::format("{0}: others may read it; run: chmod 600 {0}", path.string()));
  }
  return file;
}

Result<Bytes> read_all(int fd, const std::filesystem::path& path, std::size_t size_max) {
  Bytes out;
  std::array<std::uint8_t, 65536> piece;
  while (true) {
    const auto n = ::read(fd, piece.data(), piece.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return system_fault(path);
    if (n == 0) return out;
    append(out, ByteView(piece).first(static_cast<std::size_t>(n)));
    if (out.size() > size_max) {
      return usage(fmt::format("{}: larger than {} bytes", path.string(), size_max));
    }
  }
}

bool write_all(int fd, ByteView bytes) {
  while (!bytes.empty()) {
    const auto n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return true;
}

}  // namespace

Result<Bytes> read_file(const std::filesystem::path& path, std::size_t size_max) {
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.fd() < 0) return system_fault(path);
  return read_all(file.fd(), path, size_max);
}

Result<Bytes> read_private_file(const std::filesystem::path& path, std::size_t size_max) {
  const auto file = open_private(path);
  if (!file) return std::unexpected(file.error());
  return read_all(file->fd(), path, size_max);
}

Result<crypto::SecretBytes> read_secret_line(const std::filesystem::path& path,
                                             std::size_t size_max) {
  const auto file = open_private(path);
  if (!file) return std::unexpected(file.error());
  crypto::SecretBytes content(size_max + 1);
  std::size_t size = 0;
  while (size < content.size()) {
    const auto n = ::read(file->fd(), content.span().data() + size, content.size() - size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return system_fault(path);
    if (n == 0) break;
    size += static_cast<std::size_t>(n);
  }
  if (size > size_max) {
    return usage(fmt::format("{}: larger than {} bytes", path.string(), size_max));
  }
  auto line = content.view().first(size);
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) {
    line = line.first(line.size() - 1);
  }
  return crypto::SecretBytes(line);
}

Result<void> write_file(const std::filesystem::path& path, ByteView bytes, unsigned mode,
                        Existing existing) {
  const auto suffix = ".new-" + to_hex(crypto::random_array<4>());
  const auto draft = std::filesystem::path(path.string() + suffix);
  const File file(::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (file.fd() < 0) return system_fault(path);
  bool done =
      ::fchmod(file.fd(), mode) == 0 && write_all(file.fd(), bytes) && ::fsync(file.fd()) == 0;
  if (done) {
    // link() refuses to replace, rename() does not ask.
    done = existing == Existing::kReplace ? ::rename(draft.c_str(), path.c_str()) == 0
                                          : ::link(draft.c_str(), path.c_str()) == 0;
  }
  const int fault = errno;
  if (!done || existing == Existing::kRefuse) ::unlink(draft.c_str());
  if (!done) {
    errno = fault;
    return system_fault(path);
  }
  return {};
}

}  // namespace tally::cli
