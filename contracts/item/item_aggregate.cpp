#include "contracts/item/item_aggregate.hpp"

#include <algorithm>
#include <iterator>

#include "contracts/item/claimed_items.hpp"
#include "contracts/item/containers.hpp"
#include "contracts/item/taint.hpp"

namespace tally::contracts {
namespace {

// The container and what goes into it. Errors: as apply() has them, to container_owner.
Result<std::vector<const Item*>> packing(const RuleInput& input) {
  if (input.inputs.size() < 2 || input.outputs.size() != 1) {
    return fail(ErrorCode::claim_count, input.inputs.empty() ? 0 : input.inputs.front().index);
  }
  auto items = claimed_items(input);
  if (!items) return items;
  const auto out = claimed_outputs(input);
  if (!out) return out;
  const auto& container = *items->front();
  if (*out->front() != container) {
    return fail(ErrorCode::item_mismatch, input.outputs.front().index);
  }
  for (std::size_t i = 1; i < items->size(); ++i) {
    if ((*items)[i]->lock != container.lock) {
      return fail(ErrorCode::container_owner, input.inputs[i].index);
    }
  }
  return items;
}

}  // namespace

Result<Delta> apply(const RuleInput& input, const ItemAggregate& command) {
  const auto items = packing(input);
  if (!items) return std::unexpected(items.error());
  const auto entries = entries_of(input, *items);
  if (!entries) return std::unexpected(entries.error());
  auto delegations = open_items(input, *items, ItemAggregate::kNumber);
  if (!delegations) return std::unexpected(delegations.error());
  const auto now_ms = input.block.time_ms;
  for (std::size_t i = 0; i < entries->size(); ++i) {
    if (const auto flag = blocking_flag(*(*entries)[i], input.registry, now_ms)) {
      return fail(ErrorCode::item_flagged, input.inputs[i].index, flag->expires_ms);
    }
  }

  auto container = *entries->front();
  std::vector<RegistryWrite> packed;
  for (std::size_t i = 1; i < entries->size(); ++i) {
    auto entry = *(*entries)[i];
    drop_expired_flag(entry, now_ms);
    if (!pack(container.contents, entry)) {
      return fail(ErrorCode::container_full, input.inputs[i].index);
    }
    append_event(entry, command.event_hash);
    entry.packed_in = container.gs1_key;
    entry.container_owners = container.owners;
    packed.push_back({item_key(entry.gs1_key), std::move(entry)});
  }
  append_event(container, command.event_hash);
  Delta delta;
  delta.writes.reserve(1 + packed.size() + delegations->size());
  delta.writes.push_back({item_key(container.gs1_key), std::move(container)});
  std::ranges::move(packed, std::back_inserter(delta.writes));
  std::ranges::move(*delegations, std::back_inserter(delta.writes));
  return delta;
}

}  // namespace tally::contracts
