// A full disk for this process: writes beyond a file's byte limit fail with EFBIG, as they do with
// ENOSPC on a volume that has no room.
#pragma once

#include <sys/resource.h>

#include <csignal>
#include <cstdint>

#include "base/check.hpp"

namespace tally::test {

/// In force while it lives. For the whole process, so one at a time.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(std::uint64_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    CHECK(::getrlimit(RLIMIT_FSIZE, &before_) == 0);
    const rlimit limit{bytes, before_.rlim_max};
    CHECK(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
  }
  ~FileSizeLimit() { CHECK(::setrlimit(RLIMIT_FSIZE, &before_) == 0); }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
};

}  // namespace tally::test
