#include "contracts/item/item_decommission.hpp"

#include <algorithm>
#include <iterator>

#include "contracts/item/claimed_items.hpp"

namespace tally::contracts {

Result<Delta> apply(const RuleInput& input, const ItemDecommission& command) {
  if (!input.outputs.empty()) {
    return fail(ErrorCode::claim_count, input.inputs.empty() ? 0 : input.inputs.front().index);
  }
  const auto items = claimed_items(input);
  if (!items) return std::unexpected(items.error());
  std::vector<const ItemEntry*> entries;
  for (std::size_t i = 0; i < items->size(); ++i) {
    const auto* entry = input.registry.get<ItemEntry>(item_key((*items)[i]->gs1_key));
    if (entry == nullptr) return fail(ErrorCode::item_unknown, input.inputs[i].index);
    entries.push_back(entry);
  }
  auto delegations = open_items(input, *items, ItemDecommission::kNumber);
  if (!delegations) return std::unexpected(delegations.error());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (flagged(*entries[i], input.block.time_ms)) {
      return fail(ErrorCode::item_flagged, input.inputs[i].index, entries[i]->flag->expires_ms);
    }
  }

  Delta delta;
  delta.writes.reserve(entries.size() + delegations->size());
  for (const auto* before : entries) {
    auto entry = *before;
    entry.status = ItemStatus::decommissioned;
    append_event(entry, command.event_hash);
    delta.writes.push_back({item_key(entry.gs1_key), std::move(entry)});
  }
  std::ranges::move(*delegations, std::back_inserter(delta.writes));
  return delta;
}

}  // namespace tally::contracts
