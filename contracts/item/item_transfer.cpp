#include "contracts/item/item_transfer.hpp"

#include <algorithm>
#include <iterator>

#include "contracts/item/claimed_items.hpp"
#include "contracts/item/taint.hpp"

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
  auto to = claimed_outputs(input);
  if (!to) return std::unexpected(to.error());
  out.to = *std::move(to);
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
  const auto found = entries_of(input, items->from);
  if (!found) return std::unexpected(found.error());
  const auto& entries = *found;
  auto delegations = open_items(input, items->from, ItemTransfer::kNumber);
  if (!delegations) return std::unexpected(delegations.error());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto flag = blocking_flag(*entries[i], input.registry, input.block.time_ms);
    if (flag && items->to[i]->lock != Lock{KeyLock{entries[i]->authority}}) {
      return fail(ErrorCode::item_flagged, input.inputs[i].index, flag->expires_ms);
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
