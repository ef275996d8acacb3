// Moves old blocks from the journal to its archive, by policy or when asked.
//
// A block may go when nobody needs it from the journal: it lies below the state's checkpoint, which
// a start replays from, below what the views have durably, and `keep` blocks below the tip. First
// every segment is written and read back, then the journal is pruned (Journal::prune_below()); a
// crash in between leaves blocks in both, and the next run goes on.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "engine/engine.hpp"

namespace tally::engine {

struct ArchivistOptions {
  /// How many blocks the journal keeps at least; beyond them whole segments go by themselves. 0:
  /// only when asked.
  std::uint64_t keep_blocks = 0;
  std::uint64_t segment_blocks = 8'192;
  std::chrono::milliseconds look_every{1'000};
};

struct ArchiveReport {
  std::uint64_t archived_to = 0;  ///< The first height that is in no segment.
  std::uint64_t pruned = 0;       ///< Blocks, by this run.
  std::uint64_t first = 0;        ///< The journal's first height now.
};

class Archivist {
 public:
  /// `ledger` and `engine` outlive it. `views_height` is what the views cannot lose any more, not
  /// with the power either; asked from any thread.
  Archivist(ledger::Ledger& ledger, const Engine& engine,
            std::function<std::uint64_t()> views_height, ArchivistOptions options);
  /// stop().
  ~Archivist();

  /// Archives and prunes what may go, but the last `keep_blocks`; of the rest a shorter segment too
  /// if `partial`. One at a time: a second waits. Any thread. Faults: those of
  /// Journal::archive_below() and prune_below().
  ledger::Faulty<ArchiveReport> run(std::uint64_t keep_blocks, bool partial);
  /// Ends the thread that follows the policy. Idempotent.
  void stop();

 private:
  [[nodiscard]] std::uint64_t end(std::uint64_t keep_blocks) const;
  void follow_policy();

  ledger::Ledger& ledger_;
  const Engine& engine_;
  const std::function<std::uint64_t()> views_height_;
  const ArchivistOptions options_;
  std::mutex running_;
  std::mutex mutex_;  // guards the next
  bool stopping_ = false;
  std::condition_variable stopped_;
  std::thread thread_;
};

}  // namespace tally::engine
