#include "documents/record.hpp"

#include <algorithm>

#include "storage/sealed_record.hpp"

namespace tally::documents {
namespace {

constexpr std::size_t kMediaTypeAt = 65;
constexpr std::size_t kTombstoneBytes = 13;

}  // namespace

bool is_media_type(std::string_view text) {
  return !text.empty() && text.size() <= kMediaTypeBytesMax &&
         std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

Bytes encode(const DocumentRecord& record) {
  Bytes body;
  append_be(body, record.slot);
  append_be(body, record.size_bytes);
  append_be(body, record.metadata.created_ms);
  append_be(body, record.touched_ms);
  append(body, record.metadata.owner);
  body.push_back(static_cast<std::uint8_t>(record.place));
  append(body, as_bytes(record.metadata.media_type));
  return storage::seal_record(body);
}

Bytes encode(const Tombstone& tombstone) {
  Bytes body;
  append_be(body, tombstone.erased_ms);
  body.push_back(static_cast<std::uint8_t>(tombstone.reason));
  return storage::seal_record(body);
}

std::optional<DocumentRecord> decode_document(ByteView bytes) {
  if (bytes.size() <= kMediaTypeAt || !storage::open_record(bytes)) return std::nullopt;
  DocumentRecord record;
  record.slot = read_be<std::uint32_t>(bytes.subspan(4));
  record.size_bytes = read_be<std::uint64_t>(bytes.subspan(8));
  record.metadata.created_ms = read_be<std::uint64_t>(bytes.subspan(16));
  record.touched_ms = read_be<std::uint64_t>(bytes.subspan(24));
  std::ranges::copy(bytes.subspan(32, 32), record.metadata.owner.begin());
  if (bytes[64] > 1) return std::nullopt;
  record.place = static_cast<Place>(bytes[64]);
  record.metadata.media_type = as_text(bytes.subspan(kMediaTypeAt));
  if (!is_media_type(record.metadata.media_type)) return std::nullopt;
  return record;
}

std::optional<Tombstone> decode_tombstone(ByteView bytes) {
  if (bytes.size() != kTombstoneBytes || !storage::open_record(bytes)) return std::nullopt;
  if (bytes[12] < 1 || bytes[12] > 3) return std::nullopt;
  return Tombstone{read_be<std::uint64_t>(bytes.subspan(4)), static_cast<EraseReason>(bytes[12])};
}

}  // namespace tally::documents
