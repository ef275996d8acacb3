// The record that a checkpoint leaves: the height that the state environment stands for, and what
// cannot be read off its other tables. Internal to the ledger.
//
//   checkpoint = version(4) height(8) next_output(8) reclaim(8) lanes(2048)      big-endian, sealed
#pragma once

#include <cstdint>
#include <optional>

#include "contracts/id.hpp"
#include "crypto/lthash.hpp"
#include "ledger/fault.hpp"
#include "storage/store.hpp"

namespace tally::ledger {

struct Checkpoint {
  std::uint64_t height = 0;
  contracts::OutputNumber next_output = 0;  ///< The first number that the table does not have.
  contracts::OutputNumber reclaim = 0;      ///< Where the sweep for dead outputs goes on.
  crypto::LtHash registry;
};

/// Nothing in an empty state. Faults: state_corrupt, storage.
Faulty<std::optional<Checkpoint>> read_checkpoint(const storage::ReadTransaction& state);
std::expected<void, storage::Error> write_checkpoint(storage::WriteTransaction& state,
                                                     const Checkpoint& checkpoint);

}  // namespace tally::ledger
