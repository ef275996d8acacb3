#include "contracts/invariants.hpp"

#include <algorithm>
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
         (was.status == is.status || is.status == ItemStatus::decommissioned);
}

bool same_case(const CaseEntry& was, const CaseEntry& is) {
  return was.requester == is.requester && was.gs1_key == is.gs1_key &&
         was.evidence_root == is.evidence_root && was.sealed_hash == is.sealed_hash &&
         was.asset == is.asset && was.terms == is.terms && was.seats.size() <= is.seats.size() &&
         (was.state != CaseState::closed || is.state == CaseState::closed);
}

Found check_fixed(const Delta& delta, const Registry& before) {
  for (const auto& [key, entry] : delta.writes) {
    if (const auto* of_case = std::get_if<CaseEntry>(&entry)) {
      const auto* was = before.get<CaseEntry>(key);
      if (was != nullptr && !same_case(*was, *of_case)) return Violation::asset_rewritten;
    } else if (const auto* asset = std::get_if<AssetEntry>(&entry)) {
      const auto* was = before.get<AssetEntry>(key);
      if (was != nullptr && !same_asset(*was, *asset)) return Violation::asset_rewritten;
    } else if (const auto* item = std::get_if<ItemEntry>(&entry)) {
      const auto* was = before.get<ItemEntry>(key);
      if (was != nullptr && !same_item(*was, *item)) return Violation::asset_rewritten;
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

Found check_item(std::string_view gs1_key, std::size_t in, std::size_t out, const Registry& before,
                 const Writes& writes) {
  const auto key = item_key(gs1_key);
  const auto* is = written<ItemEntry>(writes, key);
  const bool ended = is != nullptr && is->status == ItemStatus::decommissioned;
  const bool fresh = before.find(key) == nullptr && is != nullptr && !ended;
  if (in > 1 || (in == 1 && out == 0 && !ended)) return Violation::item_not_conserved;
  if (out > 1 || (in == 0 && out == 1 && !fresh)) return Violation::item_made_twice;
  return std::nullopt;
}

Found check_items(const ResolvedTransaction& resolved, const Registry& before,
                  const Writes& writes) {
  std::vector<Place> places;
  for (const auto* output : resolved.inputs) add_places(places, *output, true);
  for (const auto& output : resolved.transaction.outputs) add_places(places, output, false);
  std::ranges::sort(places, {}, &Place::gs1_key);
  for (auto at = places.begin(); at != places.end();) {
    const auto gs1_key = at->gs1_key;
    std::size_t in = 0;
    std::size_t out = 0;
    for (; at != places.end() && at->gs1_key == gs1_key; ++at) ++(at->spent ? in : out);
    if (auto found = check_item(gs1_key, in, out, before, writes)) return found;
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
  return check_items(resolved, before, writes);
}

}  // namespace tally::contracts
