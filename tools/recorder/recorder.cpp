// Preloaded into a program: records every call that changes a file below one directory, or makes it
// durable (record.hpp). The calls themselves go to the kernel as they are.
//
// - Writes, and what changes names, are made and recorded under one mutex: the log has the order in
//   which they happened, from all threads.
// - A sync is recorded when it begins and when it has ended: it covers what was written before its
//   beginning, and counts from its end. A write through an O_DSYNC descriptor (LMDB's meta pages)
//   is durable from its own sync_end.
// - What cannot be recorded spoils the recording: a shared writable map of any file but lock.mdb,
//   which LMDB makes anew at each first opening; and a duplicated descriptor.
//
// Calls that the C library makes inside itself (fopen) pass by unseen: tallyd has none below its
// data directory, which one look with strace shows.
//
// The real calls are made by number: nothing is looked up, so nothing allocates, and the recorder
// works from the first instruction of the process.
#include "recorder/record.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdarg>
#include <cstdlib>
#include <cstring>

namespace {

using tally::recorder::Complaint;
using tally::recorder::Event;
using tally::recorder::LogHeader;
using tally::recorder::Record;

constexpr int kFilesMax = 65'536;
constexpr int kVectorsMax = 1'024;

struct OpenFile {
  std::uint64_t file;  // 0: not recorded
  bool synced;         // each write through it is durable when it returns
};

pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
OpenFile files[kFilesMax];  // by descriptor
LogHeader* header = nullptr;
std::uint64_t log_bytes = 0;
std::uint64_t last_number = 0;
char root[PATH_MAX];
std::size_t root_size = 0;
long sync_us = 0;

class Lock {
 public:
  Lock() { pthread_mutex_lock(&mutex); }
  ~Lock() { pthread_mutex_unlock(&mutex); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
};

void complain(Complaint what, const char* path) {
  std::uint32_t none = 0;
  if (header == nullptr ||
      !header->complaint.compare_exchange_strong(none, static_cast<std::uint32_t>(what))) {
    return;
  }
  std::strncpy(header->complaint_path, path, sizeof header->complaint_path - 1);
}

__attribute__((constructor)) void set_up() {
  const char* log = std::getenv(tally::recorder::kLogVariable);
  const char* directory = std::getenv(tally::recorder::kRootVariable);
  if (log == nullptr || directory == nullptr || std::strlen(directory) >= sizeof root) return;
  const auto fd = static_cast<int>(syscall(SYS_openat, AT_FDCWD, log, O_RDWR | O_CLOEXEC, 0));
  struct stat status{};
  if (fd < 0 || fstat(fd, &status) != 0) _exit(125);
  log_bytes = static_cast<std::uint64_t>(status.st_size);
  const long at = syscall(SYS_mmap, nullptr, log_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (at == -1 || stat(directory, &status) != 0) _exit(125);
  std::strcpy(root, directory);
  root_size = std::strlen(root);
  if (const char* text = std::getenv(tally::recorder::kSyncVariable)) sync_us = std::atol(text);
  header = reinterpret_cast<LogHeader*>(at);
  header->magic = tally::recorder::kMagic;
  header->used_bytes = sizeof(LogHeader);
  syscall(SYS_close, fd);
}

// Appends one record of `parts`. Under the mutex. Returns its number.
std::uint64_t append(Event event, std::uint64_t file, std::uint64_t offset, std::uint64_t argument,
                     const iovec* parts, int count, std::size_t content_bytes) {
  const auto used = header->used_bytes.load(std::memory_order_relaxed);
  const auto bytes = (sizeof(Record) + content_bytes + 7) / 8 * 8;
  if (used + bytes > log_bytes || content_bytes > UINT32_MAX) {
    complain(Complaint::log_full, "");
    return 0;
  }
  Record record;
  record.bytes = static_cast<std::uint32_t>(bytes);
  record.event = event;
  record.thread = static_cast<std::uint32_t>(syscall(SYS_gettid));
  record.content_bytes = static_cast<std::uint32_t>(content_bytes);
  record.number = ++last_number;
  record.file = file;
  record.offset = offset;
  record.argument = argument;
  auto* to = reinterpret_cast<char*>(header) + used;
  std::memcpy(to, &record, sizeof record);
  to += sizeof record;
  for (int i = 0; i < count && content_bytes > 0; ++i) {
    const auto take = parts[i].iov_len < content_bytes ? parts[i].iov_len : content_bytes;
    std::memcpy(to, parts[i].iov_base, take);
    to += take;
    content_bytes -= take;
  }
  header->used_bytes.store(used + bytes, std::memory_order_release);
  return record.number;
}

std::uint64_t append_text(Event event, std::uint64_t file, std::uint64_t argument, const char* text,
                          std::size_t size) {
  const iovec part{const_cast<char*>(text), size};
  return append(event, file, 0, argument, &part, 1, size);
}

std::uint64_t append_plain(Event event, std::uint64_t file, std::uint64_t offset = 0,
                           std::uint64_t argument = 0) {
  return append(event, file, offset, argument, nullptr, 0, 0);
}

// What a descriptor, or AT_FDCWD, stands for. `out` holds PATH_MAX. Returns its size, 0 if unknown.
std::size_t path_of(int fd, char* out) {
  char link[32] = "/proc/self/cwd";
  if (fd != AT_FDCWD) {
    char digits[16];
    int n = 0;
    for (auto rest = fd; n == 0 || rest > 0; rest /= 10) {
      digits[n++] = static_cast<char>('0' + rest % 10);
    }
    std::strcpy(link, "/proc/self/fd/");
    auto* to = link + std::strlen(link);
    while (n > 0) *to++ = digits[--n];
    *to = '\0';
  }
  const auto size = syscall(SYS_readlinkat, AT_FDCWD, link, out, PATH_MAX - 1);
  if (size <= 0) return 0;
  out[size] = '\0';
  return static_cast<std::size_t>(size);
}

// The path relative to the root, or nothing if it is not below it. `out` holds PATH_MAX.
const char* below_root(int directory, const char* path, char* out) {
  if (header == nullptr || path == nullptr) return nullptr;
  std::size_t size = 0;
  if (path[0] != '/') {
    size = path_of(directory, out);
    if (size == 0) return nullptr;
    out[size++] = '/';
  }
  const auto length = std::strlen(path);
  if (size + length >= PATH_MAX) return nullptr;
  std::memcpy(out + size, path, length + 1);
  if (std::strncmp(out, root, root_size) != 0) return nullptr;
  if (out[root_size] == '\0') return out + root_size;  // the root itself
  if (out[root_size] != '/') return nullptr;
  auto* relative = out + root_size + 1;
  auto end = std::strlen(relative);
  while (end > 0 && relative[end - 1] == '/') relative[--end] = '\0';
  return relative;
}

OpenFile tracked(int fd) {
  if (header == nullptr || fd < 0 || fd >= kFilesMax) return {};
  return files[fd];
}

int open_at(int directory, const char* path, int flags, mode_t mode) {
  char buffer[PATH_MAX];
  const char* relative = below_root(directory, path, buffer);
  if (relative == nullptr) {
    return static_cast<int>(syscall(SYS_openat, directory, path, flags, mode));
  }
  const Lock lock;
  const auto fd = static_cast<int>(syscall(SYS_openat, directory, path, flags, mode));
  if (fd < 0) return fd;
  struct stat status{};
  if (fd >= kFilesMax || fstat(fd, &status) != 0) {
    complain(Complaint::files_max, relative);
    return fd;
  }
  files[fd] = {status.st_ino, (flags & (O_DSYNC | O_SYNC)) != 0};
  append_text(Event::open, status.st_ino, static_cast<std::uint64_t>(flags), relative,
              std::strlen(relative));
  return fd;
}

mode_t mode_of(int flags, va_list arguments) {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? static_cast<mode_t>(va_arg(arguments, int)) : 0;
}

void take_time() {
  if (sync_us > 0) usleep(static_cast<useconds_t>(sync_us));
}

// Writes through `call` and records what has been written; `offset` < 0: at the file's position.
template <typename Call>
ssize_t write_recorded(int fd, OpenFile open, off_t offset, const iovec* parts, int count,
                       Call call) {
  std::uint64_t number = 0;
  ssize_t written = 0;
  {
    const Lock lock;
    auto at = offset;
    if (at < 0) {
      const auto flags = syscall(SYS_fcntl, fd, F_GETFL);
      at = static_cast<off_t>(
          syscall(SYS_lseek, fd, 0, (flags & O_APPEND) != 0 ? SEEK_END : SEEK_CUR));
    }
    written = call();
    if (written <= 0) return written;
    number = append(Event::write, open.file, static_cast<std::uint64_t>(at), open.synced ? 1 : 0,
                    parts, count, static_cast<std::size_t>(written));
  }
  if (!open.synced) return written;
  take_time();
  const Lock lock;
  append_plain(Event::sync_end, open.file, 0, number);
  return written;
}

int sync_recorded(int fd, long call) {
  const auto open = tracked(fd);
  if (open.file == 0) return static_cast<int>(syscall(call, fd));
  std::uint64_t number = 0;
  {
    const Lock lock;
    number = append_plain(Event::sync_begin, open.file);
  }
  const auto result = static_cast<int>(syscall(call, fd));
  take_time();
  const Lock lock;
  if (result == 0) append_plain(Event::sync_end, open.file, 0, number);
  if (result != 0) complain(Complaint::sync_failed, "");
  return result;
}

int resize_recorded(int fd, Event event, off_t offset, off_t length) {
  const auto call = [&] {
    return static_cast<int>(event == Event::truncate
                                ? syscall(SYS_ftruncate, fd, length)
                                : syscall(SYS_fallocate, fd, 0, offset, length));
  };
  const auto open = tracked(fd);
  if (open.file == 0) return call();
  const Lock lock;
  const int result = call();
  if (result != 0) return result;
  if (event == Event::truncate) {
    append_plain(event, open.file, static_cast<std::uint64_t>(length));
  } else {
    append_plain(event, open.file, static_cast<std::uint64_t>(offset),
                 static_cast<std::uint64_t>(length));
  }
  return result;
}

// A call that changes a name: recorded if it worked.
template <typename Call>
int name_recorded(Event event, int directory, const char* path, Call call) {
  char buffer[PATH_MAX];
  const char* relative = below_root(directory, path, buffer);
  if (relative == nullptr) return call();
  const Lock lock;
  const int result = call();
  if (result == 0) append_text(event, 0, 0, relative, std::strlen(relative));
  return result;
}

template <typename Call>
int two_names_recorded(Event event, int from_directory, const char* from, int to_directory,
                       const char* to, Call call) {
  char first[PATH_MAX];
  char second[PATH_MAX];
  const char* old_path = below_root(from_directory, from, first);
  const char* new_path = below_root(to_directory, to, second);
  if (old_path == nullptr && new_path == nullptr) return call();
  const Lock lock;
  const int result = call();
  if (old_path == nullptr || new_path == nullptr) {
    complain(Complaint::unsupported, "into or out of the directory");
    return result;
  }
  const iovec parts[] = {{const_cast<char*>(old_path), std::strlen(old_path) + 1},
                         {const_cast<char*>(new_path), std::strlen(new_path)}};
  if (result == 0) append(event, 0, 0, 0, parts, 2, parts[0].iov_len + parts[1].iov_len);
  return result;
}

int duplicated(int fd, int result) {
  if (tracked(fd).file != 0) complain(Complaint::unsupported, "a duplicated descriptor");
  return result;
}

void* map_recorded(void* at, std::size_t bytes, int protection, int flags, int fd, off_t offset) {
  const auto open = tracked(fd);
  const bool shared = (flags & (MAP_SHARED | MAP_SHARED_VALIDATE)) != 0;
  if (open.file != 0 && shared && (protection & PROT_WRITE) != 0) {
    char path[PATH_MAX];
    const auto length = path_of(fd, path);
    constexpr char kLockFile[] = "/lock.mdb";
    constexpr auto kLockSize = sizeof kLockFile - 1;
    if (length < kLockSize || std::strcmp(path + length - kLockSize, kLockFile) != 0) {
      complain(Complaint::shared_map, path);
    }
  }
  return reinterpret_cast<void*>(syscall(SYS_mmap, at, bytes, protection, flags, fd, offset));
}

}  // namespace

// The C library's names.
extern "C" {

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const auto mode = mode_of(flags, arguments);
  va_end(arguments);
  return open_at(AT_FDCWD, path, flags, mode);
}
int openat(int directory, const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const auto mode = mode_of(flags, arguments);
  va_end(arguments);
  return open_at(directory, path, flags, mode);
}
int __open_2(const char* path, int flags) { return open_at(AT_FDCWD, path, flags, 0); }
int __open64_2(const char* path, int flags) { return open_at(AT_FDCWD, path, flags, 0); }
int __openat_2(int directory, const char* path, int flags) {
  return open_at(directory, path, flags, 0);
}
int creat(const char* path, mode_t mode) {
  return open_at(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, mode);
}

int close(int fd) {
  if (tracked(fd).file == 0) return static_cast<int>(syscall(SYS_close, fd));
  const Lock lock;  // before somebody else gets the number
  files[fd] = {};
  return static_cast<int>(syscall(SYS_close, fd));
}

ssize_t write(int fd, const void* bytes, size_t size) {
  const auto open = tracked(fd);
  const auto call = [&] { return syscall(SYS_write, fd, bytes, size); };
  if (open.file == 0) return call();
  const iovec part{const_cast<void*>(bytes), size};
  return write_recorded(fd, open, -1, &part, 1, call);
}
ssize_t pwrite(int fd, const void* bytes, size_t size, off_t offset) {
  const auto open = tracked(fd);
  const auto call = [&] { return syscall(SYS_pwrite64, fd, bytes, size, offset); };
  if (open.file == 0) return call();
  const iovec part{const_cast<void*>(bytes), size};
  return write_recorded(fd, open, offset, &part, 1, call);
}
ssize_t writev(int fd, const iovec* parts, int count) {
  const auto open = tracked(fd);
  const auto call = [&] { return syscall(SYS_writev, fd, parts, count); };
  if (open.file == 0) return call();
  return write_recorded(fd, open, -1, parts, count, call);
}
ssize_t pwritev(int fd, const iovec* parts, int count, off_t offset) {
  const auto open = tracked(fd);
  const auto call = [&] { return syscall(SYS_pwritev, fd, parts, count, offset, 0); };
  if (open.file == 0) return call();
  return write_recorded(fd, open, offset, parts, count, call);
}
ssize_t pwritev2(int fd, const iovec* parts, int count, off_t offset, int flags) {
  if (tracked(fd).file != 0) complain(Complaint::unsupported, "pwritev2");
  return syscall(SYS_pwritev2, fd, parts, count, offset, 0, flags);
}
ssize_t copy_file_range(int in, off64_t* in_at, int out, off64_t* out_at, size_t size,
                        unsigned flags) {
  if (tracked(out).file != 0) complain(Complaint::unsupported, "copy_file_range");
  return syscall(SYS_copy_file_range, in, in_at, out, out_at, size, flags);
}
ssize_t sendfile(int out, int in, off_t* offset, size_t size) {
  if (tracked(out).file != 0) complain(Complaint::unsupported, "sendfile");
  return syscall(SYS_sendfile, out, in, offset, size);
}

int fsync(int fd) { return sync_recorded(fd, SYS_fsync); }
int fdatasync(int fd) { return sync_recorded(fd, SYS_fdatasync); }
int syncfs(int fd) { return static_cast<int>(syscall(SYS_syncfs, fd)); }  // promises more: not used
int sync_file_range(int fd, off64_t offset, off64_t bytes, unsigned flags) {
  // It makes nothing durable: neither the size of the file nor what the drive has in its cache.
  return static_cast<int>(syscall(SYS_sync_file_range, fd, offset, bytes, flags));
}
int msync(void* at, size_t bytes, int flags) {
  // Only a shared writable map has something to sync, and such a map spoils the recording.
  return static_cast<int>(syscall(SYS_msync, at, bytes, flags));
}

int ftruncate(int fd, off_t size) { return resize_recorded(fd, Event::truncate, 0, size); }
int truncate(const char* path, off_t size) {
  char buffer[PATH_MAX];
  if (below_root(AT_FDCWD, path, buffer) != nullptr) complain(Complaint::unsupported, "truncate");
  return static_cast<int>(syscall(SYS_truncate, path, size));
}
int fallocate(int fd, int mode, off_t offset, off_t length) {
  if (mode == 0) return resize_recorded(fd, Event::allocate, offset, length);
  if (tracked(fd).file != 0) complain(Complaint::unsupported, "fallocate with a mode");
  return static_cast<int>(syscall(SYS_fallocate, fd, mode, offset, length));
}
int posix_fallocate(int fd, off_t offset, off_t length) {
  const int kept = errno;
  const int result = fallocate(fd, 0, offset, length) == 0 ? 0 : errno;
  errno = kept;
  return result;
}

int mkdirat(int directory, const char* path, mode_t mode) {
  return name_recorded(Event::make_dir, directory, path, [&] {
    return static_cast<int>(syscall(SYS_mkdirat, directory, path, mode));
  });
}
int mkdir(const char* path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }
int unlinkat(int directory, const char* path, int flags) {
  return name_recorded(Event::remove, directory, path, [&] {
    return static_cast<int>(syscall(SYS_unlinkat, directory, path, flags));
  });
}
int unlink(const char* path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char* path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }
int remove(const char* path) {
  const int result = unlink(path);
  return result == 0 || errno != EISDIR ? result : rmdir(path);
}
int renameat2(int from_directory, const char* from, int to_directory, const char* to,
              unsigned flags) {
  if (flags != 0) complain(Complaint::unsupported, "renameat2 with flags");
  return two_names_recorded(Event::rename, from_directory, from, to_directory, to, [&] {
    return static_cast<int>(syscall(SYS_renameat2, from_directory, from, to_directory, to, flags));
  });
}
int renameat(int from_directory, const char* from, int to_directory, const char* to) {
  return renameat2(from_directory, from, to_directory, to, 0);
}
int rename(const char* from, const char* to) { return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0); }
int linkat(int from_directory, const char* from, int to_directory, const char* to, int flags) {
  return two_names_recorded(Event::link, from_directory, from, to_directory, to, [&] {
    return static_cast<int>(syscall(SYS_linkat, from_directory, from, to_directory, to, flags));
  });
}
int link(const char* from, const char* to) { return linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }
int symlinkat(const char* target, int directory, const char* path) {
  char buffer[PATH_MAX];
  if (below_root(directory, path, buffer) != nullptr) complain(Complaint::unsupported, "symlink");
  return static_cast<int>(syscall(SYS_symlinkat, target, directory, path));
}
int symlink(const char* target, const char* path) { return symlinkat(target, AT_FDCWD, path); }

int dup(int fd) { return duplicated(fd, static_cast<int>(syscall(SYS_dup, fd))); }
int dup2(int fd, int to) {
  if (fd == to) return static_cast<int>(syscall(SYS_fcntl, fd, F_GETFD)) < 0 ? -1 : fd;
  return duplicated(fd, static_cast<int>(syscall(SYS_dup3, fd, to, 0)));
}
int dup3(int fd, int to, int flags) {
  return duplicated(fd, static_cast<int>(syscall(SYS_dup3, fd, to, flags)));
}

void* mmap(void* at, size_t bytes, int protection, int flags, int fd, off_t offset) {
  return map_recorded(at, bytes, protection, flags, fd, offset);
}

// Those for large files: the same calls on a 64-bit machine.
#define TALLY_ALSO(result, name, parameters, of) result name parameters __attribute__((alias(#of)))
TALLY_ALSO(int, open64, (const char*, int, ...), open);
TALLY_ALSO(int, openat64, (int, const char*, int, ...), openat);
TALLY_ALSO(int, creat64, (const char*, mode_t), creat);
TALLY_ALSO(ssize_t, pwrite64, (int, const void*, size_t, off64_t), pwrite);
TALLY_ALSO(ssize_t, pwritev64, (int, const iovec*, int, off64_t), pwritev);
TALLY_ALSO(ssize_t, sendfile64, (int, int, off64_t*, size_t), sendfile);
TALLY_ALSO(int, ftruncate64, (int, off64_t), ftruncate);
TALLY_ALSO(int, truncate64, (const char*, off64_t), truncate);
TALLY_ALSO(int, fallocate64, (int, int, off64_t, off64_t), fallocate);
TALLY_ALSO(int, posix_fallocate64, (int, off64_t, off64_t), posix_fallocate);
TALLY_ALSO(void*, mmap64, (void*, size_t, int, int, int, off64_t), mmap);

}  // extern "C"
