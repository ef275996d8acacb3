#include "contracts/item/claimed_items.hpp"

#include <algorithm>
#include <unordered_set>

#include "contracts/delegation/authority.hpp"
#include "contracts/limits.hpp"

namespace tally::contracts {

Result<const ItemEntry*> live_item(const Registry& registry, std::string_view gs1_key,
                                   std::size_t index) {
  const auto* entry = registry.get<ItemEntry>(item_key(gs1_key));
  if (entry == nullptr) return fail(ErrorCode::item_unknown, index);
  if (entry->status == ItemStatus::decommissioned) {
    return fail(ErrorCode::item_decommissioned, index);
  }
  return entry;
}

std::optional<std::size_t> first_duplicate(std::span<const std::string_view> gs1_keys) {
  std::unordered_set<std::string_view> seen;
  seen.reserve(gs1_keys.size());
  for (std::size_t i = 0; i < gs1_keys.size(); ++i) {
    if (!seen.insert(gs1_keys[i]).second) return i;
  }
  return std::nullopt;
}

std::vector<std::string_view> views_of(const std::vector<std::string>& gs1_keys) {
  return {gs1_keys.begin(), gs1_keys.end()};
}

Result<std::vector<const Item*>> claimed_items(const RuleInput& input) {
  if (input.inputs.empty()) return fail(ErrorCode::claim_count);
  if (input.inputs.size() > kItemsPerCommandMax) {
    return fail(ErrorCode::too_many_items, 0, kItemsPerCommandMax);
  }
  std::vector<const Item*> items;
  items.reserve(input.inputs.size());
  for (const auto& claimed : input.inputs) {
    const auto* item = std::get_if<Item>(claimed.output);
    if (item == nullptr) return fail(ErrorCode::claim_type, claimed.index);
    items.push_back(item);
  }
  return items;
}

Result<std::vector<RegistryWrite>> open_items(const RuleInput& input,
                                              std::span<const Item* const> items,
                                              CommandNumber command) {
  std::vector<ItemRight> delegated;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto& claimed = input.inputs[i];
    const auto opened = input.open(claimed, items[i]->lock);
    if (opened) continue;
    const auto* owner = std::get_if<KeyLock>(&items[i]->lock);
    if (owner == nullptr) return std::unexpected(opened.error());
    delegated.push_back({owner->key, items[i]->gs1_key, claimed.index});
  }
  auto writes = acting_for_each(input, command, delegated, std::nullopt);
  if (!writes && writes.error().code == ErrorCode::delegation_missing) {
    return fail(ErrorCode::signature_missing, writes.error().index);
  }
  return writes;
}

}  // namespace tally::contracts
