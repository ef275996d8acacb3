// The rows of the items view. Private to this folder.
//
//   item    = history_count(8) claims_count(8) place       under item(32)
//   place   = 0 | 1 number(8) account(33) | 2 number(8) order(32)
//   history, claim = time_ms(8) txid(32) command(4) [event_hash(32)] [actor(32)] [order(32)]
//                                                under item(32) height(8) position(4) command(2)
//   prefix  = nothing                                      under digits 0x00 height(8) item(32)
#pragma once

#include <cstdint>
#include <optional>

#include "views/items.hpp"
#include "views/reader.hpp"
#include "views/row.hpp"

namespace tally::views {

struct ItemRow {
  std::uint64_t history_count = 0;
  std::uint64_t claims_count = 0;
  std::optional<ItemPlace> place{};
};

/// Zeroes for an item that nothing was said of.
ItemRow get_item_row(const contracts::ItemId& id, Reader& reader);
Bytes encode(const ItemRow& row);

/// What the keys of a company prefix's items begin with.
inline Bytes prefix_of_items(std::string_view prefix) {
  return Row().raw(as_bytes(prefix)).u8(0).bytes();
}

}  // namespace tally::views
