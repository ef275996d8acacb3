#include "contracts/item/claimed_items.hpp"

#include <algorithm>
#include <unordered_set>

#include "contracts/limits.hpp"

namespace tally::contracts {

Result<const ItemEntry*> live_item(const Registry& registry, std::string_view gs1_key,
                                   std::size_t index) {
  const auto* entry = registry.get<ItemEntry>(item_key(gs1_key));
  if (entry == nullptr) return fail(ErrorCode::item_unknown, index);
  if (ended(entry->status)) return fail(ErrorCode::item_decommissioned, index);
  return entry;
}

Result<const PrefixEntry*> live_prefix(const Registry& registry, const std::string& prefix) {
  const auto* entry = registry.get<PrefixEntry>(prefix_key(prefix));
  if (entry == nullptr || !entry->registered()) return fail(ErrorCode::prefix_not_registered);
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

Result<void> check_named(const std::vector<std::string>& gs1_keys) {
  if (gs1_keys.empty()) return fail(ErrorCode::no_items);
  if (gs1_keys.size() > kItemsPerCommandMax) {
    return fail(ErrorCode::too_many_items, 0, kItemsPerCommandMax);
  }
  if (const auto twice = first_duplicate(views_of(gs1_keys))) {
    return fail(ErrorCode::duplicate_item, *twice);
  }
  return {};
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

Result<std::vector<const Item*>> claimed_outputs(const RuleInput& input) {
  std::vector<const Item*> items;
  items.reserve(input.outputs.size());
  for (const auto& claimed : input.outputs) {
    const auto* item = std::get_if<Item>(claimed.output);
    if (item == nullptr) return fail(ErrorCode::claim_type, claimed.index);
    items.push_back(item);
  }
  return items;
}

Result<std::vector<const ItemEntry*>> entries_of(const RuleInput& input,
                                                 std::span<const Item* const> items) {
  std::vector<const ItemEntry*> entries;
  entries.reserve(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto* entry = input.registry.get<ItemEntry>(item_key(items[i]->gs1_key));
    if (entry == nullptr) return fail(ErrorCode::item_unknown, input.inputs[i].index);
    entries.push_back(entry);
  }
  return entries;
}

Result<std::vector<ItemRight>> delegated_rights(const RuleInput& input,
                                                std::span<const Item* const> items) {
  std::vector<ItemRight> delegated;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto& claimed = input.inputs[i];
    const auto opened = input.open(claimed, items[i]->lock);
    if (opened) continue;
    const auto* owner = std::get_if<KeyLock>(&items[i]->lock);
    if (owner == nullptr) return std::unexpected(opened.error());
    delegated.push_back({owner->key, items[i]->gs1_key, claimed.index});
  }
  return delegated;
}

Result<std::vector<RegistryWrite>> open_items(const RuleInput& input,
                                              std::span<const Item* const> items,
                                              CommandNumber command) {
  const auto delegated = delegated_rights(input, items);
  if (!delegated) return std::unexpected(delegated.error());
  auto writes = acting_for_each(input, command, *delegated, std::nullopt);
  if (!writes && writes.error().code == ErrorCode::delegation_missing) {
    return fail(ErrorCode::signature_missing, writes.error().index);
  }
  return writes;
}

}  // namespace tally::contracts
