// Syncs that fail. The program that this is linked into has an fsync(2) and an fdatasync(2) of its
// own, for LMDB's code too; they are the system's until a test says otherwise.
#pragma once

#include <string_view>

namespace tally::test {

/// While it lives, the disk loses what is written to files whose path holds `part`: the next sync
/// of such a file fails, and as Linux has it each other descriptor of it is told once too. One at a
/// time.
class FailingSync {
 public:
  FailingSync(std::string_view part, int error_number);
  ~FailingSync();
  FailingSync(const FailingSync&) = delete;
  FailingSync& operator=(const FailingSync&) = delete;

  /// How many syncs have failed.
  [[nodiscard]] int failed() const;
};

}  // namespace tally::test
