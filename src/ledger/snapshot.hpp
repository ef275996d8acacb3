// The state environment as the writer reads it: one transaction for all of a block's look-ups.
//
// What a checkpoint has written since it began is not in it, but that is in memory until thaw(); so
// it has to end before the generation is thawed. It also has to be short, because the environment's
// map cannot grow while it is open. The writer's thread only.
#pragma once

#include <memory>

#include "storage/store.hpp"

namespace tally::ledger {

class Snapshot {
 public:
  explicit Snapshot(storage::Store& state) : state_(state) {}

  /// The transaction, begun at the first call; valid until end(). Errors: those of begin_read().
  std::expected<const storage::ReadTransaction*, storage::Error> get() {
    if (!read_) {
      auto begun = state_.begin_read();
      if (!begun) return std::unexpected(begun.error());
      read_ = std::move(*begun);
    }
    return read_.get();
  }
  void end() { read_.reset(); }

 private:
  storage::Store& state_;
  std::unique_ptr<storage::ReadTransaction> read_;
};

}  // namespace tally::ledger
