#include "support/failing_sync.hpp"

#include <fmt/format.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <mutex>
#include <set>
#include <string>

namespace {

std::mutex mutex;
std::string part;
int error_number = 0;  // 0: nothing fails
std::set<int> told;

int sync(long call, int fd) {
  {
    const std::lock_guard lock(mutex);
    std::error_code gone;
    const auto path = error_number == 0 ? std::filesystem::path()
                                        : std::filesystem::read_symlink(
                                              fmt::format("/proc/self/fd/{}", fd), gone);
    if (path.native().contains(part) && error_number != 0 && told.insert(fd).second) {
      errno = error_number;
      return -1;
    }
  }
  return static_cast<int>(::syscall(call, fd));
}

}  // namespace

extern "C" int fsync(int fd) { return sync(SYS_fsync, fd); }
extern "C" int fdatasync(int fd) { return sync(SYS_fdatasync, fd); }

namespace tally::test {

FailingSync::FailingSync(std::string_view path_part, int number) {
  const std::lock_guard lock(mutex);
  part = path_part;
  error_number = number;
  told.clear();
}

FailingSync::~FailingSync() {
  const std::lock_guard lock(mutex);
  error_number = 0;
}

int FailingSync::failed() const {
  const std::lock_guard lock(mutex);
  return static_cast<int>(told.size());
}

}  // namespace tally::test
