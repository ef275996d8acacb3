// A lot as its brand keeps it: the list of its serials and one secret. The salts of all leaves
// follow from the secret, so that little more than the list need be kept, and whoever does not know
// it can try no serial against a leaf.
//
//   salt(i) = HMAC-SHA-256(secret, "tally/lot/salt" ‖ lot id ‖ i as 8 bytes, big-endian)
//
// contracts/lot.hpp has the leaves, crypto/merkle.hpp the tree. All functions are pure; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "contracts/lot.hpp"

namespace tally::market {

class LotTree {
 public:
  /// A lot without items. `lot_key`: contracts::valid_lot_key().
  LotTree(std::string_view lot_key, const Hash32& secret)
      : lot_(contracts::lot_id(lot_key)), secret_(secret) {}

  /// Appends the item with this serial, as it stands in its canonical key. Three hashes; 32 bytes.
  void add(std::string_view serial);

  [[nodiscard]] std::uint64_t size() const { return payloads_.size(); }
  /// The root that the lot is commissioned with. O(size) hashes.
  [[nodiscard]] Hash32 root() const;
  /// The ways out of the items at these indices, each below size(). O(size) hashes for all.
  [[nodiscard]] std::vector<contracts::LotStep> steps(std::span<const std::size_t> indices) const;
  [[nodiscard]] contracts::LotStep step(std::size_t index) const {
    return std::move(steps(std::span(&index, 1)).front());
  }

 private:
  [[nodiscard]] Hash32 salt(std::uint64_t index) const;

  Hash32 lot_;
  Hash32 secret_;
  std::vector<Hash32> payloads_;
};

}  // namespace tally::market
