#include "contracts/item/item_transfer.hpp"

#include <algorithm>
#include <iterator>

#include "contracts/item/claimed_items.hpp"
#include "contracts/limits.hpp"

namespace tally::contracts {
namespace {

struct Passage {
  std::vector<const Item*> from;
  std::vector<const Item*> to;
};

// Errors: as apply() has them, to item_mismatch.
Result<Passage> passage(const RuleInput& input) {
  if (input.inputs.size() != input.outputs.size()) {
    return fail(ErrorCode::claim_count, input.inputs.empty() ? 0 : input.inputs.front().index);
  }
  auto from = claimed_items(input);
  if (!from) return std::unexpected(from.error());
  Passage out{*std::move(from), {}};
  out.to.reserve(input.outputs.size());
  for (const auto& claimed : input.outputs) {
    const auto* item = std::get_if<Item>(claimed.output);
    if (item == nullptr) return fail(ErrorCode::claim_type, claimed.index);
    out.to.push_back(item);
  }
  for (std::size_t i = 0; i < out.to.size(); ++i) {
    if (out.to[i]->gs1_key != out.from[i]->gs1_key) {
      return fail(ErrorCode::item_mismatch, input.outputs[i].index);
    }
  }
  return out;
}

}  // namespace

Result<Delta> apply(const RuleInput& input, const ItemTransfer& command) {
  const auto items = passage(input);
  if (!items) return std::unexpected(items.error());
  std::vector<const ItemEntry*> entries;
  for (std::size_t i = 0; i < items->from.size(); ++i) {
    const auto* entry = input.registry.get<ItemEntry>(item_key(items->from[i]->gs1_key));
    if (entry == nullptr) return fail(ErrorCode::item_unknown, input.inputs[i].index);
    entries.push_back(entry);
  }
  auto delegations = open_items(input, items->from, ItemTransfer::kNumber);
  if (!delegations) return std::unexpected(delegations.error());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (flagged(*entries[i], input.block.time_ms) &&
        items->to[i]->lock != Lock{KeyLock{entries[i]->authority}}) {
      return fail(ErrorCode::item_flagged, input.inputs[i].index, entries[i]->flag->expires_ms);
    }
  }

  Delta delta;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    auto entry = *entries[i];
    if (command.event_hash) append_event(entry, *command.event_hash);
    if (account_of(items->from[i]->lock) != account_of(items->to[i]->lock)) {
      count_owner(entry, false);
    }
    if (entry != *entries[i]) delta.writes.push_back({item_key(entry.gs1_key), std::move(entry)});
  }
  std::ranges::move(*delegations, std::back_inserter(delta.writes));
  return delta;
}

}  // namespace tally::contracts
