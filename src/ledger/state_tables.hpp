// The tables of the state environment. docs/spec/state.md has the grammar of keys and values.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "storage/store.hpp"

namespace tally::ledger {

inline constexpr storage::Table kOutputsTable{0};
inline constexpr storage::Table kBitmapTable{1};
inline constexpr storage::Table kRegistryTable{2};
inline constexpr storage::Table kOnceTable{3};
inline constexpr storage::Table kCheckpointTable{4};

inline const std::vector<std::string>& state_table_names() {
  static const std::vector<std::string> names{"outputs", "bitmap", "registry", "once",
                                              "checkpoint"};
  return names;
}

/// record = crc32c(4) payload. LMDB 0.9 has no checksums of its own.
Bytes seal_record(ByteView payload);
/// The payload, or nothing if the checksum does not match. A view into `record`.
std::optional<ByteView> open_record(ByteView record);

/// An output number or height as a key: 8 bytes, big-endian.
Bytes number_key(std::uint64_t number);

}  // namespace tally::ledger
