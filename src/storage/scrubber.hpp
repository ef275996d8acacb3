// The scrub of a node that runs: reads all that a data directory holds round and round, at the pace
// that is allowed, and tells what it finds.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "storage/scrub.hpp"

namespace tally::storage {

struct ScrubbedPart {
  std::string name;  // "documents"
  /// Reads it whole, as scrub_store() does.
  std::function<std::expected<ScrubReport, Damage>(const ScrubOptions& options)> scrub;
};

struct ScrubberOptions {
  std::uint64_t bytes_per_second_max = 0;   // of all stores together; 0: never scrubs
  std::chrono::milliseconds pause{60'000};  // between two rounds, and before the first
};

struct ScrubberState {
  std::uint64_t rounds = 0;          // completed, nothing left out
  std::uint64_t round_bytes = 0;     // read by the last of them
  std::uint64_t round_ms = 0;        // that it took, its pause not counted
  std::uint64_t damaged_stores = 0;  // found damaged by the last of them, or this one so far
};

/// Any thread.
class Scrubber {
 public:
  /// `on_damage` is called on the scrubber's thread, once in a round for each damaged store, after
  /// it was logged. Starts at once.
  Scrubber(std::vector<ScrubbedPart> parts, ScrubberOptions options,
           std::function<void(const std::string& store, const Damage& damage)> on_damage);
  /// Ends within a second.
  ~Scrubber() { stop(); }
  void stop();

  [[nodiscard]] ScrubberState state() const;

 private:
  void run(const std::stop_token& stop);
  void round(const std::stop_token& stop);

  const std::vector<ScrubbedPart> parts_;
  const ScrubberOptions options_;
  const std::function<void(const std::string&, const Damage&)> on_damage_;
  mutable std::mutex mutex_;
  ScrubberState state_;
  std::jthread thread_;
};

}  // namespace tally::storage
