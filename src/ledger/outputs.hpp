// Outputs by number. New ones live in memory (hot), then in the generation that a checkpoint is
// writing (frozen), then in the state environment. Inserts append; nothing is written when an
// output is spent. The spent bitmap, not this, says what is spent.
//
//   hot  ──freeze()──▶  frozen  ──thaw()──▶  table "outputs"
//
// One thread, but for what freeze() hands out, which never changes, and read().
#pragma once

#include <cstdint>
#include <deque>
#include <memory>

#include "codec/output.hpp"
#include "ledger/fault.hpp"
#include "ledger/snapshot.hpp"
#include "storage/store.hpp"

namespace tally::ledger {

using contracts::OutputNumber;

using codec::StoredOutput;

/// A run of consecutive numbers; null where the output was spent before it was ever written.
struct OutputRun {
  OutputNumber first = 0;
  std::deque<std::unique_ptr<const StoredOutput>> outputs;
};

class Outputs {
 public:
  Outputs(storage::Store& state, Snapshot& snapshot) : state_(state), snapshot_(snapshot) {}

  /// While opening: `next` is the first number that the table does not have.
  void start_at(OutputNumber next) { hot_.first = next; }

  [[nodiscard]] OutputNumber next() const { return hot_.first + hot_.outputs.size(); }
  void append(StoredOutput output);
  /// Takes back the numbers from `next` on: an undone block.
  void truncate(OutputNumber next);

  /// The output, for a number that is not spent; valid until forget_loaded() or release(). Faults:
  /// state_corrupt (missing or damaged: an unspent output must be there), storage.
  Faulty<const StoredOutput*> find(OutputNumber number);

  /// The same for other threads, while no block is executed: a copy, and nothing is kept.
  [[nodiscard]] Faulty<StoredOutput> read(OutputNumber number) const;

  /// The number is spent by a block that is in the journal: its memory goes.
  void release(OutputNumber number);
  /// Drops what was read from the table for the last transaction.
  void forget_loaded() { loaded_.clear(); }

  /// Starts a new hot generation and hands out the old one to be written.
  std::shared_ptr<const OutputRun> freeze();
  /// The frozen generation is in the table.
  void thaw() { frozen_.reset(); }
  [[nodiscard]] std::size_t hot_count() const { return hot_.outputs.size(); }
  /// About what the hot generation takes in memory.
  [[nodiscard]] std::size_t hot_bytes() const { return hot_bytes_; }

 private:
  [[nodiscard]] const OutputRun* run_of(OutputNumber number) const;
  Faulty<const StoredOutput*> load(OutputNumber number);

  storage::Store& state_;
  Snapshot& snapshot_;
  OutputRun hot_;
  std::size_t hot_bytes_ = 0;
  std::shared_ptr<const OutputRun> frozen_;
  std::deque<StoredOutput> loaded_;
};

/// Reads one output from the state's table in a transaction of the caller's. Faults as find().
Faulty<StoredOutput> read_output(const storage::ReadTransaction& state, OutputNumber number);

}  // namespace tally::ledger
