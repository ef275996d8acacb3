// The tables of the state environment. docs/spec/state.md has the grammar of keys and values.
#pragma once

#include "base/bytes.hpp"
#include "contracts/id.hpp"
#include "storage/store.hpp"

namespace tally::ledger {

inline constexpr storage::Table kOutputsTable{0};
inline constexpr storage::Table kBitmapTable{1};
inline constexpr storage::Table kRegistryTable{2};
inline constexpr storage::Table kOnceTable{3};
inline constexpr storage::Table kCheckpointTable{4};

/// How the state's store of a network is opened.
storage::Options state_store_options(const contracts::NetworkId& network_id);

/// An output number or height as a key: 8 bytes, big-endian.
Bytes number_key(std::uint64_t number);

}  // namespace tally::ledger
