// What the tests of lots share.
#pragma once

#include "contracts/lot.hpp"
#include "crypto/merkle.hpp"
#include "unit/contracts/item/items.hpp"

namespace tally::contracts {

inline const std::string kLot = "01/09521234000013/10/SPRING";
inline constexpr std::string_view kLotSerials[] = {"A1", "A2", "A3", "A4", "A5"};

inline Hash32 salt_of(std::size_t index) { return hash_of("salt" + std::to_string(index)); }

inline std::vector<Hash32> lot_payloads() {
  std::vector<Hash32> out;
  for (std::size_t i = 0; i < std::size(kLotSerials); ++i) {
    out.push_back(lot_leaf(salt_of(i), i, kLotSerials[i]));
  }
  return out;
}

inline LotStep step_of(std::size_t index) {
  return {index, salt_of(index), crypto::merkle_prove(lot_payloads(), index)};
}

inline LotEntry& put_lot(Case& c) {
  LotEntry entry;
  entry.gs1_key = kLot;
  entry.prefix = kPrefix;
  entry.authority = key_of("brand");
  entry.count = std::size(kLotSerials);
  entry.root = crypto::merkle_root(lot_payloads());
  entry.event_hash = hash_of("made");
  entry.attributes = {{"colour", attribute_hash("colour", "black")}};
  entry.since_ms = 7;
  c.registry.put(lot_key(kLot), entry);
  return c.registry.at<LotEntry>(lot_key(kLot));
}

inline const Batch kLotBatch{BatchKind::lot, lot_id(kLot)};

}  // namespace tally::contracts
