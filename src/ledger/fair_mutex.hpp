// A lock for one writer and many readers in which everyone's turn comes. std::shared_mutex lets
// readers in past a writer that waits here: as long as they overlap, and anyone may simulate,
// nothing would ever be settled. Any thread.
#pragma once

#include <mutex>
#include <shared_mutex>

namespace tally::ledger {

/// To be used through std::unique_lock and std::shared_lock. Not recursive: a reader that comes
/// again while a writer waits would wait for itself.
class FairMutex {
 public:
  void lock() {
    const std::lock_guard turn(turn_);
    mutex_.lock();
  }
  void unlock() { mutex_.unlock(); }
  void lock_shared() {
    const std::lock_guard turn(turn_);
    mutex_.lock_shared();
  }
  /// False while a writer has it or waits for it, or while another is just taking it.
  [[nodiscard]] bool try_lock_shared() {
    const std::unique_lock turn(turn_, std::try_to_lock);
    return turn.owns_lock() && mutex_.try_lock_shared();
  }
  void unlock_shared() { mutex_.unlock_shared(); }

 private:
  std::mutex turn_;  // held by who is next
  std::shared_mutex mutex_;
};

}  // namespace tally::ledger
