#include "contracts/item/item_decommission.hpp"

#include <algorithm>
#include <iterator>

#include "contracts/item/claimed_items.hpp"
#include "contracts/item/taint.hpp"

namespace tally::contracts {

Result<Delta> apply(const RuleInput& input, const ItemDecommission& command) {
  if (!input.outputs.empty()) {
    return fail(ErrorCode::claim_count, input.inputs.empty() ? 0 : input.inputs.front().index);
  }
  const auto items = claimed_items(input);
  if (!items) return std::unexpected(items.error());
  const auto found = entries_of(input, *items);
  if (!found) return std::unexpected(found.error());
  const auto& entries = *found;
  auto delegations = open_items(input, *items, ItemDecommission::kNumber);
  if (!delegations) return std::unexpected(delegations.error());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (const auto flag = blocking_flag(*entries[i], input.registry, input.block.time_ms)) {
      return fail(ErrorCode::item_flagged, input.inputs[i].index, flag->expires_ms);
    }
    if (entries[i]->contents) return fail(ErrorCode::item_not_empty, input.inputs[i].index);
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
