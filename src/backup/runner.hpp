// Takes backups beside the node's work, one at a time, on a thread of its own.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "backup/backup.hpp"
#include "base/clock.hpp"

namespace tally::backup {

enum class RunState : std::uint8_t { none, running, done, failed };

struct RunStatus {
  RunState state = RunState::none;
  std::string directory;
  std::string part;  ///< While it runs: what is being copied.
  Failure failure;   ///< If it failed: why, and what to do.
  std::uint64_t begun_ms = 0;
  std::uint64_t took_ms = 0;
  std::uint64_t height = 0;  ///< Once it is done.
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
};

/// Any thread.
class Runner {
 public:
  /// `clock` outlives it, and so does all that `parts` copy. `data_dir` is what may hold no backup.
  Runner(Parts parts, std::filesystem::path data_dir, std::uint64_t bytes_per_second_max,
         const Clock& clock);
  /// stop().
  ~Runner();

  /// Begins a backup into an absolute path. Failures: it is none, or lies in the data directory;
  /// one is running. Whatever goes wrong later is in status().
  std::expected<void, Failure> start(const std::filesystem::path& directory);
  [[nodiscard]] RunStatus status() const;
  /// Ends the one that runs, which then has failed. Idempotent.
  void stop();

 private:
  void run(const std::stop_token& stop, const std::filesystem::path& directory);

  const Parts parts_;
  const std::filesystem::path data_dir_;
  const std::uint64_t bytes_per_second_max_;
  const Clock& clock_;
  mutable std::mutex mutex_;  // guards the rest
  RunStatus status_;
  std::jthread thread_;
};

}  // namespace tally::backup
