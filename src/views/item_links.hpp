// What items are made of and go into, and how far a recall reaches. Links run the way that a taint
// does: from a lot to what stepped out of it, from what was used up to what was made of it, from an
// admitted item to the identity that it goes on under, from a part to what it is fixed to, from a
// container to what is in it. From an item to its container leads its own entry.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "views/items.hpp"

namespace tally::views {

/// How many items one answer about a taint follows.
inline constexpr std::size_t kTaintItemsMax = 10'000;

/// The entry of a lot by its key. Faults: storage.
ledger::Faulty<std::optional<contracts::LotEntry>> find_lot(const Snapshot& snapshot,
                                                            std::string_view gs1_key);

/// What is directly packed in an item now, by id.
Answer<Page<ItemView>> list_contents(const Snapshot& snapshot, const contracts::ItemId& container,
                                     const PageRequest& request);

/// Why an item is affected. Numbers are append-only.
enum class TaintVia : std::uint8_t {
  itself = 0,
  lot = 1,             ///< It stepped out of the lot.
  transformation = 2,  ///< It was made of it.
  merge = 3,           ///< It is the same thing under its brand's identity.
  content = 4,         ///< It is packed in it.
  container = 5,       ///< It holds it.
  part = 6,            ///< It is fixed to it.
};
[[nodiscard]] std::string_view word(TaintVia via);

struct TaintedItem {
  ItemView item;
  TaintVia via = TaintVia::itself;
  std::string from;  ///< The key of the item or lot that leads here; empty for `itself`.
  std::uint32_t steps = 0;
  std::vector<contracts::AssetId> ious;  ///< That promise this item.
};

/// All that a recall of one item or lot reaches.
struct Taint {
  Page<TaintedItem> page;  ///< The nearest first.
  std::uint64_t items = 0;
  std::vector<contracts::OrderId> orders;  ///< Live ones that hold any of the items, each once.
  std::vector<contracts::AssetId> ious;  ///< That promise the root or any of the items, each once.
  bool complete = true;                  ///< False: there are more than kTaintItemsMax items.
};

/// By the key of an item or of a lot; nothing if there is neither. An IOU promises an item or a lot
/// by `promised_hash`: item_id() or lot_id() of its key. Every page follows the links anew from the
/// snapshot that answers; its place in the list is what the cursor says.
Answer<std::optional<Taint>> follow_taint(const Snapshot& snapshot, std::string_view gs1_key,
                                          const PageRequest& request);

}  // namespace tally::views
