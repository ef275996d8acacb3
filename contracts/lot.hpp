// Lots: up to a million serials commissioned at once, and transformations: what many items came
// from together. A lot commits to its serials by the root of a Merkle tree (crypto/merkle.hpp) over
//
//   payload(i) = tagged_hash("tally/lot/leaf", salt(i) ‖ i as 8 bytes, big-endian ‖ serial(i))
//
// `serial` as it stands in the item's canonical key. The salts keep the serials secret until each
// steps out; the index is in the leaf and in the path. The source is the design's provenance page.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/id.hpp"
#include "contracts/item.hpp"

namespace tally::contracts {

/// The registry entry of a lot. Its items have no entry before they step out.
struct LotEntry {
  std::string gs1_key;  ///< `01/GTIN14/10/lot`.
  std::string prefix;
  PublicKey
      authority;  ///< The brand that issued it, to which its items belong until they step out.
  std::uint64_t count = 0;  ///< 1 … kLotItemsMax.
  Hash32 root{};
  Hash32 event_hash{};  ///< With which the chain of each of its items begins.
  std::vector<Attribute> attributes;
  std::uint64_t stepped_out = 0;
  std::optional<FlagState> flag;  ///< Holds for every item of it.
  std::uint64_t since_ms = 0;
  bool operator==(const LotEntry&) const = default;
};

/// Which of kLotPageBits items of a lot have stepped out.
struct LotPageEntry {
  Hash32 lot{};
  std::uint32_t page = 0;
  Bytes bits;  ///< kLotPageBits / 8 bytes; item i of the page is bit i % 8 of byte i / 8.
  bool operator==(const LotPageEntry&) const = default;
};

/// The registry entry of a transformation. Which items went in and came out stands in the
/// transaction, and in their own entries.
struct TransformationEntry {
  PublicKey authority;  ///< The brand of what came out.
  Hash32 event_hash{};
  std::uint32_t inputs = 0;
  std::uint32_t outputs = 0;
  std::uint32_t flags = 0;  ///< Set on its inputs since, and not cleared.
  std::uint64_t flags_until_ms = 0;
  std::uint64_t since_ms = 0;
  bool operator==(const TransformationEntry&) const = default;
};

/// One item's way out of its lot.
struct LotStep {
  std::uint64_t index = 0;
  Hash32 salt{};
  std::vector<Hash32> path;  ///< The siblings from the leaf up: crypto::merkle_prove().
  bool operator==(const LotStep&) const = default;
};

/// tagged_hash("tally/lot", canonical key of the lot).
Hash32 lot_id(std::string_view gs1_key);

/// tagged_hash("tally/transformation", txid ‖ index) of the first outpoint that it spends: that is
/// spent once, so an id is given once.
Hash32 transformation_id(const Outpoint& first_input);

/// What the lot's tree holds at `index`.
Hash32 lot_leaf(const Hash32& salt, std::uint64_t index, std::string_view serial);

/// The serial of an item of the lot's class as its key has it, `gs1_key` and `lot_key` being valid;
/// nothing if the item is of another class, or no trade item.
[[nodiscard]] std::optional<std::string_view> serial_in_lot(std::string_view gs1_key,
                                                            std::string_view lot_key);

}  // namespace tally::contracts
