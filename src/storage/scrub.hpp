// Reads a whole store anew and says where it is not what was written, before anybody needs what is
// damaged.
//
// It reads the file page by page, without LMDB, without a snapshot and so in nobody's way. A page
// that a commit writes over meanwhile looks damaged; so whatever looks wrong counts only if no
// commit has come since the newest meta page was read.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string_view>

#include "storage/damage.hpp"
#include "storage/store.hpp"

namespace tally::storage {

struct ScrubOptions {
  std::uint64_t bytes_per_second_max = 0;  // 0: as fast as the disk
  bool direct = false;                     // from the disk, past the system's cache
  std::stop_token stop{};                  // ends it early, with what was read so far
  /// Called for each record that is whole; what it returns is wrong with it beyond that.
  std::function<std::optional<std::string>(std::string_view table, const Entry& entry)> visit{};
};

/// What was looked at and found whole.
struct ScrubReport {
  std::uint64_t bytes = 0;
  std::uint64_t records = 0;
  std::uint64_t tables = 0;
  std::uint64_t files = 0;   // beside a store: segments, documents
  bool ended_early = false;  // not all of it: it was to stop, or others wrote all the time
};

/// Waits as a scrub's rate demands, for what is read beside a store; not after it is to stop.
class ScrubPace {
 public:
  explicit ScrubPace(const ScrubOptions& options) : options_(options) {}
  /// So many bytes more were read.
  void took(std::uint64_t bytes) { reach(bytes_ + bytes); }
  /// So many bytes were read in all.
  void reach(std::uint64_t bytes);

 private:
  const ScrubOptions& options_;
  const std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  std::uint64_t bytes_ = 0;
};

/// Checks the store in `directory`: the meta pages, the shape of all trees, the list of free pages,
/// and each table's records, links and anchor. The node may have it open. `kind` is for the advice.
/// What cannot be looked at, or holds nothing that could be, is damaged. Any thread.
[[nodiscard]] std::expected<ScrubReport, Damage> scrub_store(const std::filesystem::path& directory,
                                                             std::string_view kind,
                                                             const ScrubOptions& options);

}  // namespace tally::storage
