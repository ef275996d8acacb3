#include "storage/sealed_record.hpp"

#include "storage/checksum.hpp"

namespace tally::storage {

Bytes seal_record(ByteView payload) {
  Bytes record;
  record.reserve(payload.size() + kRecordChecksumBytes);
  append_be(record, crc32c(payload));
  append(record, payload);
  return record;
}

std::optional<ByteView> open_record(ByteView record) {
  if (record.size() < kRecordChecksumBytes) return std::nullopt;
  const auto payload = record.subspan(kRecordChecksumBytes);
  if (read_be<std::uint32_t>(record) != crc32c(payload)) return std::nullopt;
  return payload;
}

}  // namespace tally::storage
