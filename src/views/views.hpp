// The read models: start here. They follow the blocks by height in an environment of their own and
// can be rebuilt from the journal at any time.
//
//   Views::open() ─▶ apply(blocks) × n            one thread: whoever tails the blocks
//        └─────────▶ snapshot() ─▶ queries         any number of threads
//
// A query is a function of its view's header over a Snapshot: find_output(snapshot, number),
// list_orders(snapshot, party, filter, page), … Nothing of the rules is executed here: a settled
// record carries its registry writes. The rows are no public format: *_rows.hpp has their grammar.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <vector>

#include "codec/block.hpp"
#include "contracts/genesis.hpp"
#include "ledger/fault.hpp"
#include "storage/store.hpp"

namespace tally::views {

class View;

/// Reads the block at a height from the journal; called from any thread that queries.
using BlockSource = std::function<ledger::Faulty<codec::Block>(std::uint64_t height)>;

/// What the views were at one height. Short-lived (it keeps pages from reuse); one thread at a
/// time.
class Snapshot {
 public:
  /// The height that it answers for: every view has reached it.
  [[nodiscard]] std::uint64_t height() const { return height_; }
  /// The time and active time of the block at that height.
  [[nodiscard]] std::uint64_t time_ms() const { return time_ms_; }
  [[nodiscard]] std::uint64_t active_ms() const { return active_ms_; }

  /// For the queries of this folder.
  [[nodiscard]] const storage::ReadTransaction& tables() const { return *tables_; }
  [[nodiscard]] const BlockSource& blocks() const { return *blocks_; }

 private:
  friend class Views;
  Snapshot() = default;

  std::unique_ptr<storage::ReadTransaction> tables_;
  const BlockSource* blocks_ = nullptr;
  std::uint64_t height_ = 0;
  std::uint64_t time_ms_ = 0;
  std::uint64_t active_ms_ = 0;
};

struct ViewStatus {
  std::string_view name;
  std::uint64_t height = 0;
};

class Views {
 public:
  /// What the store is to be opened with; the caller sets `create` and the sizes. The store of LMDB
  /// or of memory, with Durability::rebuildable.
  static storage::Options store_options(const contracts::NetworkId& network_id);

  /// Opens the views in `store`. In an empty one, what `genesis` writes is laid down as block 0,
  /// which holds nothing else. A view whose rows have another format than this program's begins
  /// anew; the others wait for it. Faults: genesis_mismatch (it breaks its rules), storage.
  static ledger::Faulty<std::unique_ptr<Views>> open(std::unique_ptr<storage::Store> store,
                                                     contracts::Genesis genesis,
                                                     BlockSource blocks);
  ~Views();

  /// The height of the next block that apply() wants: the least that a view lacks; at least 1. Any
  /// thread.
  [[nodiscard]] std::uint64_t next_height() const;

  /// Applies blocks of ascending heights without a gap, the first not above next_height()
  /// (CHECKed), in one write transaction: all or none. A view that has a block already passes over
  /// it. Writer. Faults: journal_corrupt (a body cannot be decoded, or spends an output that is not
  /// there), storage. After map_full and disk_full it may be called again.
  ledger::Faulty<void> apply(std::span<const std::shared_ptr<const codec::Block>> blocks);

  /// Drops every table and applies genesis and the blocks 1 … `tip` from the source. `progress` is
  /// told each height reached, and stops the rebuilding by returning false: apply() goes on from
  /// there. Until it ends, queries answer for lower heights, and the ledger must not rely on
  /// find_settled(). Writer. Faults: those of the source, of apply().
  ledger::Faulty<void> rebuild(std::uint64_t tip,
                               const std::function<bool(std::uint64_t height)>& progress = {});

  /// The views as they are now. Any thread. Faults: storage.
  [[nodiscard]] ledger::Faulty<Snapshot> snapshot() const;

  /// Whether every view has reached `height`, waiting up to `timeout` for it. Any thread.
  [[nodiscard]] bool wait_for(std::uint64_t height, std::chrono::milliseconds timeout) const;

  /// Each view's own height. Any thread.
  [[nodiscard]] std::vector<ViewStatus> status() const;

  /// Store::copy_to() of the views. Any thread.
  [[nodiscard]] std::expected<std::uint64_t, storage::Error> copy_to(
      const std::filesystem::path& directory, const storage::CopyOptions& options) {
    return store_->copy_to(directory, options);
  }

 private:
  struct Progress {  // of one view
    std::uint64_t height = 0;
    std::uint64_t time_ms = 0;
    std::uint64_t active_ms = 0;
  };
  Views(std::unique_ptr<storage::Store> store, contracts::Genesis genesis, BlockSource blocks);
  /// Begins the views that have no rows of their format yet, or all, with genesis.
  ledger::Faulty<void> begin_missing(bool all);
  ledger::Faulty<void> write(std::span<const std::shared_ptr<const codec::Block>> blocks,
                             std::size_t room_bytes);
  void publish(std::vector<Progress> reached);
  [[nodiscard]] std::uint64_t lowest() const;

  std::unique_ptr<storage::Store> store_;
  contracts::Genesis genesis_;
  BlockSource blocks_;
  std::vector<std::unique_ptr<View>> views_;
  mutable std::mutex mutex_;
  mutable std::condition_variable grown_;
  std::vector<Progress> progress_;  // one for each of views_; by the writer under mutex_
};

}  // namespace tally::views
