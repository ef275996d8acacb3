// The feed of durable blocks: views and streams follow it by height. Recent blocks come from
// memory, older ones from the journal, so a follower may lag as far as it likes and never misses
// one.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>

#include "ledger/journal.hpp"

namespace tally::engine {

class BlockFeed {
 public:
  /// `journal` outlives the feed; `tip` is its last height. Keeps the latest block, and of those
  /// before it what takes at most about `recent_bytes_max` in memory.
  BlockFeed(const ledger::Journal& journal, std::uint64_t tip, std::size_t recent_bytes_max)
      : journal_(journal), tip_(tip), recent_bytes_max_(recent_bytes_max) {}

  /// The writer's: the next block, durable.
  void push(std::shared_ptr<const codec::Block> block);
  /// No more blocks will come: wakes all who wait.
  void close();

  /// The block at `height`, waiting up to `wait` for it; null when it is not there yet or the feed
  /// is closed. Faults: those of Journal::read(). Any thread.
  ledger::Faulty<std::shared_ptr<const codec::Block>> get(std::uint64_t height,
                                                          std::chrono::milliseconds wait);
  /// The height of the last durable block. Any thread.
  [[nodiscard]] std::uint64_t tip() const;
  [[nodiscard]] bool closed() const;
  /// How many blocks it keeps. Any thread.
  [[nodiscard]] std::size_t kept() const;

 private:
  const ledger::Journal& journal_;
  mutable std::mutex mutex_;
  std::condition_variable grown_;
  std::deque<std::shared_ptr<const codec::Block>> recent_;
  std::uint64_t tip_;
  const std::size_t recent_bytes_max_;
  std::size_t recent_bytes_ = 0;
  bool closed_ = false;
};

}  // namespace tally::engine
