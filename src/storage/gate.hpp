// Who is inside a store: counts transactions, keeps writers single, and empties the house when the
// map has to move.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <mutex>
#include <set>
#include <thread>

#include "base/clock.hpp"
#include "storage/error.hpp"

namespace tally::storage {

/// All calls are safe from any thread.
class Gate {
 public:
  /// At most `readers_max` readers; nobody waits longer than `wait` for the map to grow.
  Gate(const Clock& clock, std::size_t readers_max, std::chrono::milliseconds wait)
      : clock_(clock), readers_max_(readers_max), wait_(wait) {}

  /// Enters as a reader; returns the time of entry, which leave_reader() wants back. Errors: busy.
  [[nodiscard]] std::expected<std::uint64_t, Error> enter_reader();
  void leave_reader(std::uint64_t entered_ms);

  /// Enters as the writer, after the one before it has left. Errors: busy (the map is growing for
  /// too long). The calling thread must not be the writer already (CHECKed).
  [[nodiscard]] std::expected<void, Error> enter_writer();
  /// By the thread that entered (CHECKed).
  void leave_writer();

  /// Keeps new transactions out and waits until the open ones have ended. Errors: busy. The calling
  /// thread must not be the writer (CHECKed).
  [[nodiscard]] std::expected<void, Error> enter_alone();
  void leave_alone();

  [[nodiscard]] std::size_t readers() const;
  /// 0 without readers.
  [[nodiscard]] std::uint64_t oldest_reader_ms() const;
  [[nodiscard]] std::uint64_t now_ms() const { return clock_.monotonic_ms(); }

 private:
  [[nodiscard]] bool empty() const { return readers_.empty() && writer_ == std::thread::id{}; }

  const Clock& clock_;
  const std::size_t readers_max_;
  const std::chrono::milliseconds wait_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::multiset<std::uint64_t> readers_;  // their times of entry
  std::thread::id writer_;
  bool alone_ = false;
};

}  // namespace tally::storage
