#include "contracts/lot.hpp"

#include "crypto/hash.hpp"

namespace tally::contracts {
namespace {

constexpr std::size_t kClassBytes = 17;  // 01/GTIN14

}  // namespace

Hash32 lot_id(std::string_view gs1_key) {
  static const crypto::TaggedHasher hasher("tally/lot");
  return hasher({as_bytes(gs1_key)});
}

Hash32 transformation_id(const Outpoint& first_input) {
  static const crypto::TaggedHasher hasher("tally/transformation");
  Bytes index;
  append_be(index, first_input.index);
  return hasher({first_input.txid.view(), index});
}

Hash32 lot_leaf(const Hash32& salt, std::uint64_t index, std::string_view serial) {
  static const crypto::TaggedHasher hasher("tally/lot/leaf");
  Bytes number;
  append_be(number, index);
  return hasher({salt, number, as_bytes(serial)});
}

std::optional<std::string_view> serial_in_lot(std::string_view gs1_key, std::string_view lot_key) {
  if (gs1_key.substr(0, kClassBytes) != lot_key.substr(0, kClassBytes)) return std::nullopt;
  const auto rest = gs1_key.substr(kClassBytes);
  if (!rest.starts_with("/21/")) return std::nullopt;
  return rest.substr(4);
}

}  // namespace tally::contracts
