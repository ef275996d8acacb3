// The end of a process that does not know what it has written.
//
// Whatever writes durably (a store, the tip file, the documents' keys) has a fuse, and is told when
// it is opened what happens when that blows. Unless somebody says otherwise, as a simulation does,
// the process stops: whatever it did next would rest on a guess, and a sync that is tried again may
// report success for what the first one lost (the fsync failures of PostgreSQL, 2018). The next
// start finds out from the disk.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <string_view>

#include "storage/error.hpp"

namespace tally::storage {

/// EX_IOERR of sysexits.h: tells a supervisor to start the node again.
inline constexpr int kUnknownOutcomeStatus = 74;

/// Told at once of a commit or a sync of unknown outcome, and where: a file, or a store's kind. On
/// the thread that met it, before anybody is answered. Nothing is read or written from within. If
/// it returns, whoever wrote gets outcome_unknown.
using OnUnknownOutcome = std::function<void(std::string_view where)>;

/// Says so in the log, with what to do, and ends the process at once with kUnknownOutcomeStatus.
/// Nobody is answered and nothing more is written, not even what a clean stop would. Any thread.
[[noreturn]] void stop_process(std::string_view where);

/// Blows once. Any thread.
class Fuse {
 public:
  /// `then` may be empty.
  Fuse(std::string where, OnUnknownOutcome then)
      : where_(std::move(where)), then_(std::move(then)) {}

  /// At an unknown outcome: refuses what is written from then on, calls `then`, and returns the
  /// error for whoever wrote.
  [[nodiscard]] Error blow();
  /// Whether writes are refused.
  [[nodiscard]] bool blown() const { return blown_; }

 private:
  const std::string where_;
  const OnUnknownOutcome then_;
  std::atomic<bool> blown_ = false;
};

}  // namespace tally::storage
