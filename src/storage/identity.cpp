#include "storage/identity.hpp"

#include <algorithm>
#include <set>

#include "storage/checksum.hpp"

namespace tally::storage {
namespace {

constexpr std::size_t kFormatAt = 4;
constexpr std::size_t kNetworkAt = 8;
constexpr std::size_t kKindAt = 40;
constexpr std::size_t kKindBytesMax = 32;

}  // namespace

Bytes encode_identity(const Identity& identity) {
  Bytes body;
  append_be(body, identity.format);
  append(body, identity.network_id);
  append(body, as_bytes(identity.kind));
  Bytes record;
  append_be(record, crc32c(body));
  append(record, body);
  return record;
}

std::expected<void, Error> check_identity(const Identity& wanted, ByteView record) {
  if (record.size() <= kKindAt || record.size() > kKindAt + kKindBytesMax ||
      read_be<std::uint32_t>(record) != crc32c(record.subspan(kFormatAt))) {
    return std::unexpected(Error::corrupt);
  }
  if (as_text(record.subspan(kKindAt)) != wanted.kind) return std::unexpected(Error::wrong_kind);
  if (!std::ranges::equal(record.subspan(kNetworkAt, 32), wanted.network_id)) {
    return std::unexpected(Error::wrong_network);
  }
  const auto format = read_be<std::uint32_t>(record.subspan(kFormatAt));
  if (format > wanted.format) return std::unexpected(Error::newer_format);
  if (format < wanted.format) return std::unexpected(Error::older_format);
  return {};
}

std::expected<void, Error> check_options(const Options& options) {
  const auto& kind = options.identity.kind;
  const bool names_are_good = std::ranges::all_of(options.tables, [](const std::string& table) {
    return !table.empty() && table.size() <= kKeyBytesMax && table != kMetaTable &&
           table.find('\0') == std::string::npos;
  });
  const std::set<std::string> distinct(options.tables.begin(), options.tables.end());
  if (kind.empty() || kind.size() > kKindBytesMax || options.tables.empty() ||
      options.tables.size() > kTablesMax || !names_are_good ||
      distinct.size() != options.tables.size() || options.readers_max == 0) {
    return std::unexpected(Error::invalid);
  }
  return {};
}

}  // namespace tally::storage
