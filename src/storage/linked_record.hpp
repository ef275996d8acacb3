// What a store on LMDB keeps for an entry, so that it is noticed if a bit of it, of its key or of
// the way to it is not what was written.
//
//   record = crc32c link payload            ; 4, 4 bytes; integers big-endian
//   crc32c   of the table's name, the key's length (2 bytes), the key, link and payload
//   link     link_of(the key before this one in the table); 0: this is the first
//   anchor = count sum last                 ; 8, 8, 4 bytes: one for each table, in META
//   sum      of weight(crc32c) over the records, modulo 2^64
//   last     link_of(the table's last key); 0: the table is empty
//
// The checksum tells that a record belongs where it was found. The links tell that nothing is
// missing between two records: two that are next to each other and linked prove that what would lie
// between them was never put. The anchor does the same for the end, and for the table as a whole.
// Against a disk's faults, not an adversary. ADR 0015.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.hpp"

namespace tally::storage {

inline constexpr std::size_t kSealBytes = 8;
inline constexpr std::size_t kAnchorBytes = 20;

/// What the checksums of a table's records begin with.
[[nodiscard]] std::uint32_t table_seed(std::string_view name);

/// A key, as the record after it knows it; never 0.
[[nodiscard]] std::uint32_t link_of(ByteView key);

/// Fills the first kSealBytes of `record`, whose payload is behind them; returns the checksum.
std::uint32_t seal_in_place(std::uint32_t seed, ByteView key, std::uint32_t link, Bytes& record);

struct OpenedRecord {
  std::uint32_t checksum = 0;
  std::uint32_t link = 0;
  ByteView payload;
};

/// A view into `record`; nothing if it is not the record of this table and key.
[[nodiscard]] std::optional<OpenedRecord> open_linked(std::uint32_t seed, ByteView key,
                                                      ByteView record);

/// What a record counts in its table's sum.
[[nodiscard]] constexpr std::uint64_t weight(std::uint32_t checksum) {
  const auto x = (std::uint64_t{checksum} + 1) * 0x9e3779b97f4a7c15;
  return x ^ x >> 29;
}

struct Anchor {
  std::uint64_t count = 0;
  std::uint64_t sum = 0;
  std::uint32_t last = 0;
  bool operator==(const Anchor&) const = default;
};

void append_anchor(Bytes& out, const Anchor& anchor);
/// `bytes` has at least kAnchorBytes.
[[nodiscard]] Anchor read_anchor(ByteView bytes);

}  // namespace tally::storage
