// Copies of an environment that is in use.
//
// mdb_env_copyfd2() reads one snapshot and keeps the writer waiting for no more than the first two
// pages. It writes into a pipe, so that the copy can be paced, synced as it goes (else the last
// sync would stand in the way of the journal's) and stopped.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <thread>

#include "storage/file_copy.hpp"
#include "storage/lmdb_environment.hpp"

namespace tally::storage {
namespace {

constexpr std::size_t kChunkBytes = std::size_t{64} << 10;  // what a pipe holds
// By so much, and half of what there is, the store may grow while it is copied.
constexpr std::uint64_t kGrowthBytes = std::uint64_t{1} << 30;

struct Pipe {
  FileDescriptor read;
  FileDescriptor write;
};

std::expected<Pipe, Error> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return std::unexpected(from_errno(errno));
  return Pipe{FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

// From the pipe into the file until the pipe ends; returns how many bytes.
std::expected<std::uint64_t, Error> pump(int from, const FileDescriptor& to,
                                         const CopyOptions& options) {
  PacedWriter writer(to, options);
  Bytes chunk(kChunkBytes);
  while (true) {
    const auto n = ::read(from, chunk.data(), chunk.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return std::unexpected(from_errno(errno));
    if (n == 0) return writer.finish();
    const auto done = writer.write(ByteView(chunk).first(static_cast<std::size_t>(n)));
    if (!done) return std::unexpected(done.error());
  }
}

// What mdb_env_copyfd2() returned is in `code`, once the thread has ended.
std::jthread start_copy(MDB_env* env, FileDescriptor sink, int& code) {
  return std::jthread([env, sink = std::move(sink), &code] {
    // Whoever reads may give up; that is an error of writing then, not the end of the process.
    sigset_t broken_pipe;
    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
    code = mdb_env_copyfd2(env, sink.get(), 0);
  });
}

std::expected<std::uint64_t, Error> copy_environment(MDB_env* env, const FileDescriptor& to,
                                                     const CopyOptions& options) {
  auto pipe = make_pipe();
  if (!pipe) return std::unexpected(pipe.error());
  int code = 0;
  std::expected<std::uint64_t, Error> copied;
  {
    const auto copier = start_copy(env, std::move(pipe->write), code);
    copied = pump(pipe->read.get(), to, options);
    pipe->read = FileDescriptor();  // so that the copier ends, whatever it waits for
  }
  if (copied && code != 0) return std::unexpected(from_lmdb(code));
  return copied;
}

}  // namespace

std::expected<std::uint64_t, Error> LmdbEnvironment::copy_to(const std::filesystem::path& directory,
                                                             const CopyOptions& options) {
  if (const auto made = make_directory(directory); !made) return std::unexpected(made.error());
  const auto path = directory / "data.mdb";
  struct stat there{};
  if (::stat(path.c_str(), &there) == 0) return std::unexpected(Error::invalid);
  const auto file = open_file(path, O_WRONLY | O_CREAT | O_EXCL);
  if (!file) return std::unexpected(file.error());
  const auto now = usage();
  if (!now) return std::unexpected(now.error());
  const auto wanted =
      std::min<std::uint64_t>(now->used_bytes / 2 * 3 + kGrowthBytes, options_.map_bytes_max);
  if (wanted > now->map_bytes) {
    if (const auto grown = grow_map(wanted); !grown) return std::unexpected(grown.error());
  }
  const auto entered = gate_.enter_reader();
  if (!entered) return std::unexpected(entered.error());
  const auto copied = copy_environment(env_.get(), *file, options);
  gate_.leave_reader(*entered);
  if (!copied) return copied;
  if (const auto synced = sync_directory(directory); !synced) {
    return std::unexpected(synced.error());
  }
  return copied;
}

}  // namespace tally::storage
