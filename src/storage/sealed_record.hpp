// Records with a checksum before them, for values in tables: LMDB 0.9 has none of its own.
//
//   record = crc32c(4, big-endian) payload
#pragma once

#include <cstddef>
#include <optional>

#include "base/bytes.hpp"

namespace tally::storage {

inline constexpr std::size_t kRecordChecksumBytes = 4;

/// The record of a payload, which may be empty. Any thread.
[[nodiscard]] Bytes seal_record(ByteView payload);

/// The payload as a view into `record`, or nothing if the checksum is wrong. Any thread.
[[nodiscard]] std::optional<ByteView> open_record(ByteView record);

}  // namespace tally::storage
