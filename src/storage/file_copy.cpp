#include "storage/file_copy.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <thread>

namespace tally::storage {
namespace {

constexpr std::size_t kChunkBytes = std::size_t{256} << 10;
constexpr std::uint64_t kSyncBytes = std::uint64_t{8} << 20;

}  // namespace

std::expected<void, Error> PacedWriter::write(ByteView bytes) {
  if (options_.stop.stop_requested()) return std::unexpected(Error::busy);
  if (const auto done = write_at(file_, bytes, written_); !done) return done;
  written_ += bytes.size();
  if (written_ - synced_ >= kSyncBytes) {
    if (const auto synced = sync_data(file_); !synced) return synced;
    synced_ = written_;
  }
  if (options_.bytes_per_second_max > 0) {
    const auto due_ms = written_ * 1'000 / options_.bytes_per_second_max;
    std::this_thread::sleep_until(begun_ + std::chrono::milliseconds(due_ms));
  }
  return {};
}

std::expected<std::uint64_t, Error> PacedWriter::finish() {
  if (const auto synced = sync_file(file_); !synced) return std::unexpected(synced.error());
  return written_;
}

std::expected<std::uint64_t, Error> copy_file(const std::filesystem::path& from,
                                              const std::filesystem::path& to,
                                              const CopyOptions& options) {
  const auto source = open_file(from, O_RDONLY | O_NOFOLLOW);
  if (!source) return std::unexpected(source.error());
  const auto size = size_of(*source);
  if (!size) return size;
  const auto file = open_file(to, O_WRONLY | O_CREAT | O_EXCL);
  if (!file) return std::unexpected(file.error());
  PacedWriter writer(*file, options);
  Bytes chunk(kChunkBytes);
  for (std::uint64_t at = 0; at < *size;) {
    const auto wanted = std::span(chunk).first(std::min<std::uint64_t>(kChunkBytes, *size - at));
    const auto read = read_at(*source, wanted, at);
    if (!read) return std::unexpected(read.error());
    if (*read == 0) break;
    if (const auto done = writer.write(ByteView(chunk).first(*read)); !done) {
      return std::unexpected(done.error());
    }
    at += *read;
  }
  return writer.finish();
}

}  // namespace tally::storage
