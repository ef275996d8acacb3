// The records of the documents' index, as bytes. Integers are big-endian; each record begins with
// the CRC-32C of what follows it.
//
//   document  = crc32c(4) slot(4) size(8) created_ms(8) touched_ms(8) owner(32) place(1)
//               media_type(1..127)
//   place     = %x00 (inline, in the table "inline") | %x01 (a file)
//   tombstone = crc32c(4) erased_ms(8) reason(1)
//
// Both are under the document's hash (32), in the tables "documents" and "tombstones".
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "base/id.hpp"

namespace tally::documents {

inline constexpr std::size_t kMediaTypeBytesMax = 127;

/// What is known of a document beside its content; decides who may see it.
struct Metadata {
  std::string media_type;  // 1 to kMediaTypeBytesMax printable ASCII characters
  Hash32 owner{};          // the account, by its key
  std::uint64_t created_ms = 0;
  bool operator==(const Metadata&) const = default;
};

enum class Place : std::uint8_t { in_index = 0, in_file = 1 };

struct DocumentRecord {
  std::uint32_t slot = 0;  // of its key
  std::uint64_t size_bytes = 0;
  std::uint64_t touched_ms = 0;  // when it was last put
  Place place = Place::in_index;
  Metadata metadata;
  bool operator==(const DocumentRecord&) const = default;
};

/// Append-only numbers.
enum class EraseReason : std::uint8_t {
  requested = 1,  // by the person it belongs to or speaks of
  ordered = 2,    // by an authority
  expired = 3,    // its time of keeping is over
};

struct Tombstone {
  std::uint64_t erased_ms = 0;
  EraseReason reason = EraseReason::requested;
  bool operator==(const Tombstone&) const = default;
};

Bytes encode(const DocumentRecord& record);
Bytes encode(const Tombstone& tombstone);

/// Nothing if the bytes are not what encode() made.
[[nodiscard]] std::optional<DocumentRecord> decode_document(ByteView bytes);
[[nodiscard]] std::optional<Tombstone> decode_tombstone(ByteView bytes);

/// Whether it may be stored.
[[nodiscard]] bool is_media_type(std::string_view text);

}  // namespace tally::documents
