#include "storage/linked_record.hpp"

#include <array>

#include "base/planted.hpp"
#include "storage/checksum.hpp"

namespace tally::storage {
namespace {

constexpr std::size_t kLinkAt = 4;

// The checksum of a table's name and a key, to be gone on with link and payload.
std::uint32_t place_checksum(std::uint32_t seed, ByteView key) {
  if (PLANTED(key_not_in_checksum)) return seed;
  const std::array<std::uint8_t, 2> size{static_cast<std::uint8_t>(key.size() >> 8),
                                         static_cast<std::uint8_t>(key.size())};
  return crc32c(key, crc32c(size, seed));
}

void write_u32(std::uint8_t* at, std::uint32_t value) {
  for (int i = 0; i < 4; ++i) at[i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
}

}  // namespace

std::uint32_t table_seed(std::string_view name) { return crc32c(as_bytes(name)); }

std::uint32_t link_of(ByteView key) {
  const auto link = crc32c(key);
  return link == 0 ? 1 : link;
}

std::uint32_t seal_in_place(std::uint32_t seed, ByteView key, std::uint32_t link, Bytes& record) {
  write_u32(record.data() + kLinkAt, link);
  const auto checksum = crc32c(ByteView(record).subspan(kLinkAt), place_checksum(seed, key));
  write_u32(record.data(), checksum);
  return checksum;
}

std::optional<OpenedRecord> open_linked(std::uint32_t seed, ByteView key, ByteView record) {
  if (record.size() < kSealBytes) return std::nullopt;
  const auto checksum = read_be<std::uint32_t>(record);
  if (crc32c(record.subspan(kLinkAt), place_checksum(seed, key)) != checksum) return std::nullopt;
  return OpenedRecord{checksum, read_be<std::uint32_t>(record.subspan(kLinkAt)),
                      record.subspan(kSealBytes)};
}

void append_anchor(Bytes& out, const Anchor& anchor) {
  append_be(out, anchor.count);
  append_be(out, anchor.sum);
  append_be(out, anchor.last);
}

Anchor read_anchor(ByteView bytes) {
  return {read_be<std::uint64_t>(bytes), read_be<std::uint64_t>(bytes.subspan(8)),
          read_be<std::uint32_t>(bytes.subspan(16))};
}

}  // namespace tally::storage
