#include "contracts/item/item_commission.hpp"

#include "contracts/delegation/authority.hpp"
#include "contracts/item/claimed_items.hpp"
#include "contracts/limits.hpp"

namespace tally::contracts {
namespace {

// The identities of the claimed outputs. Errors: as apply() has them, to claim_type.
Result<std::vector<std::string_view>> new_keys(const RuleInput& input) {
  if (!input.inputs.empty()) return fail(ErrorCode::claim_count, input.inputs.front().index);
  if (input.outputs.empty()) return fail(ErrorCode::claim_count);
  if (input.outputs.size() > kItemsPerCommandMax) {
    return fail(ErrorCode::too_many_items, 0, kItemsPerCommandMax);
  }
  std::vector<std::string_view> keys;
  keys.reserve(input.outputs.size());
  for (const auto& claimed : input.outputs) {
    const auto* item = std::get_if<Item>(claimed.output);
    if (item == nullptr) return fail(ErrorCode::claim_type, claimed.index);
    keys.push_back(item->gs1_key);
  }
  return keys;
}

Result<void> check_new(const RuleInput& input, std::span<const std::string_view> keys) {
  const auto twice = first_duplicate(keys);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (i == twice || input.registry.get<ItemEntry>(item_key(keys[i])) != nullptr) {
      return fail(ErrorCode::item_exists, input.outputs[i].index);
    }
  }
  return {};
}

}  // namespace

Result<Delta> apply(const RuleInput& input, const ItemCommission& command) {
  const auto keys = new_keys(input);
  if (!keys) return std::unexpected(keys.error());
  if (!valid_attributes(command.attributes)) return fail(ErrorCode::attributes_invalid);
  for (std::size_t i = 0; i < keys->size(); ++i) {
    if (!valid_gs1_key((*keys)[i])) return fail(ErrorCode::gs1_key_invalid, input.outputs[i].index);
  }
  const auto prefix = live_prefix(input.registry, command.prefix);
  if (!prefix) return std::unexpected(prefix.error());
  const auto& brand = (*prefix)->brand;
  for (std::size_t i = 0; i < keys->size(); ++i) {
    if (!gs1_key_has_prefix((*keys)[i], command.prefix)) {
      return fail(ErrorCode::prefix_mismatch, input.outputs[i].index);
    }
  }
  auto delegation = acting_for(input, brand, {ItemCommission::kNumber, *keys, std::nullopt});
  if (!delegation) return std::unexpected(delegation.error());
  if (auto ok = check_new(input, *keys); !ok) return std::unexpected(ok.error());

  Delta delta;
  delta.writes.reserve(keys->size() + 1);
  for (const auto key : *keys) {
    ItemEntry entry;
    entry.gs1_key = key;
    entry.status = ItemStatus::commissioned;
    entry.prefix = command.prefix;
    entry.authority = brand;
    entry.attributes = command.attributes;
    entry.since_ms = input.block.time_ms;
    append_event(entry, command.event_hash);
    delta.writes.push_back({item_key(key), std::move(entry)});
  }
  if (*delegation) delta.writes.push_back(**std::move(delegation));
  return delta;
}

}  // namespace tally::contracts
