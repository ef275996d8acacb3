// Stores in memory, for unit tests and simulation: the same contract as on LMDB, and a disk whose
// faults are chosen.
//
// A MemoryDisk outlives the stores on it, as a directory does: closing a store and opening it again
// is a restart. Snapshots and images cost nothing, and a commit what it changes.
#pragma once

#include <cstddef>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "storage/persistent_tree.hpp"
#include "storage/store.hpp"

namespace tally::storage {

/// How a commit fails: with which error, and whether it took effect all the same (which the caller
/// cannot know when the error is outcome_unknown).
struct CommitFault {
  Error error = Error::outcome_unknown;
  bool takes_effect = false;
};

/// Any thread.
class MemoryDisk {
  struct Version {
    std::vector<PersistentTree> tables;
    std::size_t bytes = 0;
  };

 public:
  /// All that is committed at one time.
  class Image {
   public:
    bool operator==(const Image&) const = default;  // the same commit

   private:
    friend class MemoryDisk;
    std::shared_ptr<const Version> version_;
  };

  /// Asked at each commit whether it fails.
  void set_commit_fault(std::function<std::optional<CommitFault>()> fault);
  /// How many bytes of keys and values it holds at most; begin_write() says disk_full beyond.
  void set_capacity(std::size_t bytes);

  [[nodiscard]] Image image() const;
  /// Puts an image of this disk back, as a loss of power does with what was committed and not
  /// synced. No store is open on it (CHECKed).
  void restore(const Image& image);

 private:
  friend class MemoryStore;

  mutable std::mutex mutex_;
  std::function<std::optional<CommitFault>()> fault_;
  std::size_t capacity_bytes_ = SIZE_MAX;
  std::shared_ptr<const Version> version_;  // none before a store is made
  Bytes identity_;
  std::map<std::string, std::size_t> names_;
  bool is_open_ = false;
};

/// Opens, or with Options::create makes, the store on `disk`. `disk` and `clock` outlive it.
/// Errors: invalid (the options), locked, not_found, corrupt, wrong_kind, wrong_network,
/// newer_format, older_format.
[[nodiscard]] std::expected<std::unique_ptr<Store>, Error> open_memory_store(MemoryDisk& disk,
                                                                             const Clock& clock,
                                                                             Options options);

}  // namespace tally::storage
