#include "contracts/invariants.hpp"

#include <algorithm>
#include <bit>
#include <string_view>
#include <unordered_map>

#include "base/checked.hpp"
#include "contracts/limits.hpp"

namespace tally::contracts {
namespace {

using Found = std::optional<Violation>;
using Writes = std::unordered_map<RegistryKey, const RegistryEntry*, RegistryKeyHash>;

template <typename Entry>
const Entry* written(const Writes& writes, const RegistryKey& key) {
  const auto found = writes.find(key);
  return found == writes.end() ? nullptr : &std::get<Entry>(*found->second);
}

Found check_inputs(const Transaction& tx) {
  std::vector<OutputNumber> numbers;
  std::vector<Outpoint> outpoints;
  for (const auto& input : tx.inputs) {
    numbers.push_back(input.number);
    outpoints.push_back(input.outpoint);
  }
  std::ranges::sort(numbers);
  std::ranges::sort(outpoints);
  if (std::ranges::adjacent_find(numbers) != numbers.end() ||
      std::ranges::adjacent_find(outpoints) != outpoints.end()) {
    return Violation::output_spent_twice;
  }
  return std::nullopt;
}

// Fills `writes`, and checks each key against its entry; for assets, items and panels, whose keys
// follow from them, also the id.
Found check_keys(const Delta& delta, Writes& writes) {
  for (const auto& [key, entry] : delta.writes) {
    const bool kind = key.kind == kind_of(entry);
    if (!kind || !writes.emplace(key, &entry).second) return Violation::entry_kind;
    const auto* asset = std::get_if<AssetEntry>(&entry);
    const auto* item = std::get_if<ItemEntry>(&entry);
    const auto* panel = std::get_if<PanelEntry>(&entry);
    if ((asset != nullptr && key != asset_key(asset->id)) ||
        (item != nullptr && key != item_key(item->gs1_key)) ||
        (panel != nullptr && key != panel_key(panel->asset))) {
      return Violation::entry_kind;
    }
  }
  return std::nullopt;
}

bool same_asset(const AssetEntry& was, const AssetEntry& is) {
  return was.issuer == is.issuer && was.kind == is.kind && was.symbol == is.symbol &&
         was.decimals == is.decimals && was.policies == is.policies && was.terms == is.terms &&
         was.since_ms == is.since_ms && was.issued <= is.issued && was.redeemed <= is.redeemed &&
         was.burned <= is.burned;
}

bool same_item(const ItemEntry& was, const ItemEntry& is) {
  return was.prefix == is.prefix && was.authority == is.authority &&
         was.attributes == is.attributes && was.since_ms == is.since_ms &&
         was.events_count <= is.events_count && was.owners <= is.owners &&
         was.quantity == is.quantity && std::ranges::includes(is.batches, was.batches) &&
         (was.status == is.status || (!ended(was.status) && ended(is.status)));
}

bool same_lot(const LotEntry& was, const LotEntry& is) {
  return was.gs1_key == is.gs1_key && was.prefix == is.prefix && was.authority == is.authority &&
         was.count == is.count && was.root == is.root && was.event_hash == is.event_hash &&
         was.attributes == is.attributes && was.since_ms == is.since_ms &&
         was.stepped_out <= is.stepped_out && is.stepped_out <= is.count;
}

bool same_page(const LotPageEntry& was, const LotPageEntry& is) {
  return was.lot == is.lot && was.page == is.page && was.bits.size() == is.bits.size() &&
         std::ranges::equal(was.bits, is.bits, [](auto x, auto y) { return (x & ~y) == 0; });
}

// Whether an entry, if it is one of this kind, is what it was in all that is fixed.
template <typename Entry>
bool keeps(const RegistryWrite& write, const Registry& before,
           bool (*same)(const Entry&, const Entry&)) {
  const auto* is = std::get_if<Entry>(&write.entry);
  if (is == nullptr) return true;
  const auto* was = before.get<Entry>(write.key);
  return was == nullptr || same(*was, *is);
}

bool same_case(const CaseEntry& was, const CaseEntry& is) {
  return was.requester == is.requester && was.gs1_key == is.gs1_key &&
         was.evidence_root == is.evidence_root && was.sealed_hash == is.sealed_hash &&
         was.asset == is.asset && was.terms == is.terms && was.seats.size() <= is.seats.size() &&
         (was.state != CaseState::closed || is.state == CaseState::closed);
}

Found check_fixed(const Delta& delta, const Registry& before) {
  for (const auto& write : delta.writes) {
    if (!keeps(write, before, same_asset) || !keeps(write, before, same_item) ||
        !keeps(write, before, same_lot) || !keeps(write, before, same_page) ||
        !keeps(write, before, same_case)) {
      return Violation::asset_rewritten;
    }
  }
  return std::nullopt;
}

Found check_supply(const Delta& delta) {
  for (const auto& write : delta.writes) {
    const auto* asset = std::get_if<AssetEntry>(&write.entry);
    if (asset == nullptr) continue;
    const Uint128 gone = static_cast<Uint128>(asset->redeemed) + asset->burned;
    if (gone > asset->issued ||
        asset->issued - gone + asset->reserved > asset->policies.supply_max ||
        asset->policies.supply_max > kSupplyMax) {
      return Violation::supply_out_of_bounds;
    }
  }
  return std::nullopt;
}

// One amount of an asset, on the left side of the equation or on the right.
struct Amount {
  AssetId asset;
  Uint128 left = 0;
  Uint128 right = 0;
};

void add_amounts(std::vector<Amount>& amounts, const Output& output, bool spent) {
  const auto add = [&](const AssetId& asset, std::uint64_t amount) {
    amounts.push_back(spent ? Amount{asset, amount, 0} : Amount{asset, 0, amount});
  };
  if (const auto* coin = std::get_if<Coin>(&output)) add(coin->asset, coin->amount);
  const auto* order = std::get_if<Order>(&output);
  if (order == nullptr) return;
  for (const auto& holding : order->payment) add(holding.asset, holding.amount);
  if (order->terms.bond > 0) add(order->terms.price_asset, order->terms.bond);
}

// What an entry holds itself: the stakes and the pool of a panel, the fee and bond of a case.
template <typename Entry>
void add_held(std::vector<Amount>& amounts, const RegistryWrite& write, const Registry& before) {
  const auto* is = std::get_if<Entry>(&write.entry);
  if (is == nullptr) return;
  const auto* was = before.get<Entry>(write.key);
  amounts.push_back({is->asset, was == nullptr ? 0 : held(*was), held(*is)});
}

Found check_coins(const ResolvedTransaction& resolved, const Registry& before, const Delta& delta) {
  std::vector<Amount> amounts;
  amounts.reserve(resolved.inputs.size() + resolved.transaction.outputs.size());
  for (const auto* output : resolved.inputs) add_amounts(amounts, *output, true);
  for (const auto& output : resolved.transaction.outputs) add_amounts(amounts, output, false);
  for (const auto& write : delta.writes) {
    const auto& [key, entry] = write;
    add_held<PanelEntry>(amounts, write, before);
    add_held<CaseEntry>(amounts, write, before);
    const auto* is = std::get_if<AssetEntry>(&entry);
    if (is == nullptr) continue;
    const auto* was = before.get<AssetEntry>(key);
    // check_fixed has seen that none of these shrinks.
    Amount change{is->id, is->issued, static_cast<Uint128>(is->redeemed) + is->burned};
    if (was != nullptr) {
      change.left -= was->issued;
      change.right -= static_cast<Uint128>(was->redeemed) + was->burned;
    }
    amounts.push_back(change);
  }
  std::ranges::sort(amounts, {}, &Amount::asset);
  for (auto at = amounts.begin(); at != amounts.end();) {
    Amount sum{at->asset, 0, 0};
    for (; at != amounts.end() && at->asset == sum.asset; ++at) {
      sum.left += at->left;
      sum.right += at->right;
    }
    if (sum.left != sum.right) return Violation::coins_not_conserved;
  }
  return std::nullopt;
}

// Where an item stands, before or after: one for each Item output and each line of an Order.
struct Place {
  std::string_view gs1_key;
  bool spent;
};

void add_places(std::vector<Place>& places, const Output& output, bool spent) {
  if (const auto* item = std::get_if<Item>(&output)) places.push_back({item->gs1_key, spent});
  const auto* order = std::get_if<Order>(&output);
  if (order == nullptr) return;
  for (const auto& line : order->terms.lines) places.push_back({line.gs1_key, spent});
}

// Whether an item has an output: it lives, and is in no container.
bool titled(const ItemEntry* item) {
  return item != nullptr && !ended(item->status) && item->packed_in.empty();
}

Found check_item(const RegistryKey& key, std::size_t in, std::size_t out, const Registry& before,
                 const Writes& writes) {
  const auto* was = before.get<ItemEntry>(key);
  const auto* written_now = written<ItemEntry>(writes, key);
  const auto* is = written_now == nullptr ? was : written_now;
  const bool unknown = was == nullptr && is == nullptr;
  const std::size_t titles_before = unknown || titled(was) ? 1 : 0;
  const std::size_t titles_after = unknown || titled(is) ? 1 : 0;
  if (in > titles_before || (in == 1 && out == 0 && titles_after == 1) ||
      (in == 0 && titles_before > titles_after)) {
    return Violation::item_not_conserved;
  }
  if (out > titles_after || (in == 0 && out == 1 && titles_before == 1)) {
    return Violation::item_made_twice;
  }
  if (out == 0 && titles_after > titles_before) return Violation::item_not_conserved;
  return std::nullopt;
}

Found check_items(const ResolvedTransaction& resolved, const Registry& before,
                  const Writes& writes) {
  std::vector<Place> places;
  for (const auto* output : resolved.inputs) add_places(places, *output, true);
  for (const auto& output : resolved.transaction.outputs) add_places(places, output, false);
  std::ranges::sort(places, {}, &Place::gs1_key);
  for (const auto& [key, entry] : writes) {
    const auto* item = std::get_if<ItemEntry>(entry);
    if (item == nullptr) continue;
    if (std::ranges::binary_search(places, std::string_view(item->gs1_key), {}, &Place::gs1_key)) {
      continue;
    }
    if (auto found = check_item(key, 0, 0, before, writes)) return found;
  }
  for (auto at = places.begin(); at != places.end();) {
    const auto gs1_key = at->gs1_key;
    std::size_t in = 0;
    std::size_t out = 0;
    for (; at != places.end() && at->gs1_key == gs1_key; ++at) ++(at->spent ? in : out);
    if (auto found = check_item(item_key(gs1_key), in, out, before, writes)) return found;
  }
  return std::nullopt;
}

std::int64_t bits_of(const Bytes& bits) {
  std::int64_t sum = 0;
  for (const auto byte : bits) sum += std::popcount(byte);
  return sum;
}

// New bits and items stepped out, lot by lot.
Found check_lots(const Registry& before, const Delta& delta) {
  std::unordered_map<RegistryKey, std::int64_t, RegistryKeyHash> missing;
  for (const auto& [key, entry] : delta.writes) {
    if (const auto* page = std::get_if<LotPageEntry>(&entry)) {
      const auto* was = before.get<LotPageEntry>(key);
      missing[{RegistryKind::lot, page->lot}] +=
          bits_of(page->bits) - (was == nullptr ? 0 : bits_of(was->bits));
    } else if (const auto* lot = std::get_if<LotEntry>(&entry)) {
      const auto* was = before.get<LotEntry>(key);
      missing[key] -=
          static_cast<std::int64_t>(lot->stepped_out - (was == nullptr ? 0 : was->stepped_out));
    }
  }
  for (const auto& [lot, count] : missing) {
    if (count != 0) return Violation::lot_miscounted;
  }
  return std::nullopt;
}

}  // namespace

Found check_invariants(const ResolvedTransaction& resolved, const Registry& before,
                       const Delta& delta) {
  Writes writes;
  if (auto found = check_inputs(resolved.transaction)) return found;
  if (auto found = check_keys(delta, writes)) return found;
  if (auto found = check_fixed(delta, before)) return found;
  if (auto found = check_supply(delta)) return found;
  if (auto found = check_coins(resolved, before, delta)) return found;
  if (auto found = check_items(resolved, before, writes)) return found;
  return check_lots(before, delta);
}

}  // namespace tally::contracts
