#include "contracts/item/item_disaggregate.hpp"

#include <algorithm>
#include <iterator>

#include "contracts/item/claimed_items.hpp"
#include "contracts/item/containers.hpp"
#include "contracts/limits.hpp"

namespace tally::contracts {
namespace {

struct Unpacking {
  std::vector<const Item*> in;   // The container.
  std::vector<const Item*> out;  // The container, then what leaves it.
};

// Errors: as apply() has them, to duplicate_item.
Result<Unpacking> unpacking(const RuleInput& input) {
  if (input.inputs.size() != 1 || input.outputs.size() < 2) {
    return fail(ErrorCode::claim_count, input.inputs.empty() ? 0 : input.inputs.front().index);
  }
  auto in = claimed_items(input);
  if (!in) return std::unexpected(in.error());
  auto out = claimed_outputs(input);
  if (!out) return std::unexpected(out.error());
  if (out->size() > kItemsPerCommandMax) {
    return fail(ErrorCode::too_many_items, 0, kItemsPerCommandMax);
  }
  const auto& container = *in->front();
  if (*out->front() != container) {
    return fail(ErrorCode::item_mismatch, input.outputs.front().index);
  }
  std::vector<std::string_view> keys;
  for (std::size_t i = 0; i < out->size(); ++i) {
    if ((*out)[i]->lock != container.lock) {
      return fail(ErrorCode::container_owner, input.outputs[i].index);
    }
    keys.push_back((*out)[i]->gs1_key);
  }
  if (const auto twice = first_duplicate(keys)) {
    return fail(ErrorCode::duplicate_item, input.outputs[*twice].index);
  }
  return Unpacking{*std::move(in), *std::move(out)};
}

ItemEntry loosened(ItemEntry item, const ItemEntry& container, const Hash32& event_hash) {
  append_event(item, event_hash);
  item.owners += container.owners - item.container_owners;
  item.packed_in.clear();
  item.container_owners = 0;
  return item;
}

}  // namespace

Result<Delta> apply(const RuleInput& input, const ItemDisaggregate& command) {
  const auto items = unpacking(input);
  if (!items) return std::unexpected(items.error());
  const auto entries = entries_of(input, items->in);
  if (!entries) return std::unexpected(entries.error());
  auto delegations = open_items(input, items->in, ItemDisaggregate::kNumber);
  if (!delegations) return std::unexpected(delegations.error());
  auto container = *entries->front();
  if (flagged(container, input.block.time_ms)) {
    return fail(ErrorCode::item_flagged, input.inputs.front().index, container.flag->expires_ms);
  }

  std::vector<RegistryWrite> loose;
  for (std::size_t i = 1; i < items->out.size(); ++i) {
    const auto index = input.outputs[i].index;
    const auto key = item_key(items->out[i]->gs1_key);
    const auto* entry = input.registry.get<ItemEntry>(key);
    if (entry == nullptr) return fail(ErrorCode::item_unknown, index);
    if (entry->packed_in != container.gs1_key) return fail(ErrorCode::container_mismatch, index);
    unpack(container.contents, *entry);
    loose.push_back({key, loosened(*entry, container, command.event_hash)});
  }
  append_event(container, command.event_hash);
  Delta delta;
  delta.writes.reserve(1 + loose.size() + delegations->size());
  delta.writes.push_back({item_key(container.gs1_key), std::move(container)});
  std::ranges::move(loose, std::back_inserter(delta.writes));
  std::ranges::move(*delegations, std::back_inserter(delta.writes));
  return delta;
}

}  // namespace tally::contracts
