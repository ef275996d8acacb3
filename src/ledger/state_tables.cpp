#include "ledger/state_tables.hpp"

#include "storage/checksum.hpp"

namespace tally::ledger {

Bytes seal_record(ByteView payload) {
  Bytes out;
  out.reserve(payload.size() + 4);
  append_be(out, storage::crc32c(payload));
  append(out, payload);
  return out;
}

std::optional<ByteView> open_record(ByteView record) {
  if (record.size() < 4) return std::nullopt;
  const auto payload = record.subspan(4);
  if (read_be<std::uint32_t>(record) != storage::crc32c(payload)) return std::nullopt;
  return payload;
}

Bytes number_key(std::uint64_t number) {
  Bytes out;
  append_be(out, number);
  return out;
}

}  // namespace tally::ledger
