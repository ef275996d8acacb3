// The rows of links between items. Private to this folder.
//
//   item_links: from(32) kind(1) to(32) → height(8)
//   promises:   promised_hash(32) asset(32) → height(8)
#pragma once

#include <cstdint>

#include "views/row.hpp"

namespace tally::views {

enum class LinkKind : std::uint8_t {
  stepped_out = 1,  ///< Lot to item.
  used_in = 2,      ///< Item to transformation.
  made = 3,         ///< Transformation to item.
  merged = 4,       ///< Admitted item to the brand's.
  part_of = 5,      ///< Part to what it is fixed to.
  holds = 6,        ///< Container to what is directly in it.
};

inline Row link_key(const Hash32& from, LinkKind kind) {
  return Row().raw(from).u8(static_cast<std::uint8_t>(kind));
}

}  // namespace tally::views
