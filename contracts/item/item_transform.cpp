#include "contracts/item/item_transform.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "base/checked.hpp"
#include "contracts/item/claimed_items.hpp"
#include "contracts/item/containers.hpp"
#include "contracts/item/taint.hpp"
#include "contracts/limits.hpp"

namespace tally::contracts {
namespace {

struct Making {
  std::vector<const Item*> in;
  std::vector<const Item*> out;
  std::vector<const ItemEntry*> used;  // Of `in`.
  PublicKey brand;
};

// Two or three capitals and digits, as Recommendation 20 has its codes.
bool valid_quantity(const Quantity& quantity) {
  return quantity.unit.size() >= 2 && quantity.unit.size() <= 3 && quantity.milli > 0 &&
         quantity.milli <= kQuantityMilliMax && std::ranges::all_of(quantity.unit, [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
         });
}

Result<void> check_quantities(const RuleInput& input, const ItemTransform& command) {
  const auto all_valid = [](const auto& list) { return std::ranges::all_of(list, valid_quantity); };
  const bool valid =
      command.used.size() == input.inputs.size() && command.made.size() == input.outputs.size() &&
      all_valid(command.used) && all_valid(command.made) && all_valid(command.lost) &&
      std::ranges::adjacent_find(command.lost, std::ranges::greater_equal{}, &Quantity::unit) ==
          command.lost.end();
  if (!valid) return fail(ErrorCode::quantity_invalid);
  return {};
}

// Errors: as apply() has them, to prefix_mismatch.
Result<Making> making(const RuleInput& input, const ItemTransform& command) {
  if (input.inputs.empty() || input.outputs.empty()) {
    return fail(ErrorCode::claim_count, input.inputs.empty() ? 0 : input.inputs.front().index);
  }
  if (input.outputs.size() > kItemsPerCommandMax) {
    return fail(ErrorCode::too_many_items, 0, kItemsPerCommandMax);
  }
  auto in = claimed_items(input);
  if (!in) return std::unexpected(in.error());
  auto out = claimed_outputs(input);
  if (!out) return std::unexpected(out.error());
  if (!valid_attributes(command.attributes)) return fail(ErrorCode::attributes_invalid);
  if (auto ok = check_quantities(input, command); !ok) return std::unexpected(ok.error());
  const auto with = [&](auto valid, ErrorCode code) -> Result<void> {
    for (std::size_t i = 0; i < out->size(); ++i) {
      if (!valid((*out)[i]->gs1_key)) return fail(code, input.outputs[i].index);
    }
    return {};
  };
  if (auto ok = with(valid_gs1_key, ErrorCode::gs1_key_invalid); !ok) {
    return std::unexpected(ok.error());
  }
  const auto prefix = live_prefix(input.registry, command.prefix);
  if (!prefix) return std::unexpected(prefix.error());
  const auto covered = [&](const auto& key) { return gs1_key_has_prefix(key, command.prefix); };
  if (auto ok = with(covered, ErrorCode::prefix_mismatch); !ok) {
    return std::unexpected(ok.error());
  }
  return Making{*std::move(in), *std::move(out), {}, (*prefix)->brand};
}

// The owners' rights and the brand's together: one agent may use one delegation for both.
Result<std::vector<RegistryWrite>> authorise(const RuleInput& input, const Making& items) {
  auto rights = delegated_rights(input, items.in);
  if (!rights) return std::unexpected(rights.error());
  for (std::size_t i = 0; i < items.out.size(); ++i) {
    rights->push_back({items.brand, items.out[i]->gs1_key, input.outputs[i].index});
  }
  return acting_for_each(input, ItemTransform::kNumber, *rights, std::nullopt);
}

Result<void> check_used(const RuleInput& input, const Making& items, const ItemTransform& command) {
  for (std::size_t i = 0; i < items.used.size(); ++i) {
    const auto index = input.inputs[i].index;
    const auto& entry = *items.used[i];
    if (const auto flag = blocking_flag(entry, input.registry, input.block.time_ms)) {
      return fail(ErrorCode::item_flagged, index, flag->expires_ms);
    }
    if (holds_others(entry)) return fail(ErrorCode::item_not_empty, index);
    if (entry.quantity && *entry.quantity != command.used[i]) {
      return fail(ErrorCode::quantity_mismatch, index, entry.quantity->milli);
    }
  }
  return {};
}

Result<void> check_balance(const ItemTransform& command) {
  std::map<std::string_view, std::pair<Uint128, Uint128>> units;  // used; made and lost
  for (const auto& quantity : command.used) units[quantity.unit].first += quantity.milli;
  for (const auto* list : {&command.made, &command.lost}) {
    for (const auto& quantity : *list) units[quantity.unit].second += quantity.milli;
  }
  for (const auto& [unit, sums] : units) {
    if (sums.first != sums.second) {
      return fail(ErrorCode::not_conserved, 0, static_cast<std::uint64_t>(sums.first));
    }
  }
  return {};
}

// What the outputs came from.
Result<std::vector<Batch>> ancestry(const Making& items, const Hash32& transformation) {
  std::set<Batch> batches{{BatchKind::transformation, transformation}};
  for (const auto* entry : items.used) {
    batches.insert(entry->batches.begin(), entry->batches.end());
    if (batches.size() > kItemBatchesMax) {
      return fail(ErrorCode::too_many_batches, 0, kItemBatchesMax);
    }
  }
  return std::vector<Batch>(batches.begin(), batches.end());
}

Result<void> check_new(const RuleInput& input, const Making& items) {
  std::vector<std::string_view> keys;
  for (const auto* item : items.out) keys.emplace_back(item->gs1_key);
  const auto twice = first_duplicate(keys);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (i == twice || input.registry.find(item_key(keys[i])) != nullptr) {
      return fail(ErrorCode::item_exists, input.outputs[i].index);
    }
  }
  return {};
}

void write_items(const RuleInput& input, const Making& items, const ItemTransform& command,
                 const Hash32& transformation, const std::vector<Batch>& batches, Delta& delta) {
  for (const auto* before : items.used) {
    auto entry = *before;
    drop_expired_flag(entry, input.block.time_ms);
    append_event(entry, command.event_hash);
    entry.status = ItemStatus::transformed;
    entry.used_in = transformation;
    delta.writes.push_back({item_key(entry.gs1_key), std::move(entry)});
  }
  for (std::size_t i = 0; i < items.out.size(); ++i) {
    ItemEntry entry;
    entry.gs1_key = items.out[i]->gs1_key;
    entry.prefix = command.prefix;
    entry.authority = items.brand;
    entry.attributes = command.attributes;
    entry.since_ms = input.block.time_ms;
    entry.batches = batches;
    entry.quantity = command.made[i];
    append_event(entry, command.event_hash);
    delta.writes.push_back({item_key(entry.gs1_key), std::move(entry)});
  }
}

}  // namespace

Result<Delta> apply(const RuleInput& input, const ItemTransform& command) {
  auto items = making(input, command);
  if (!items) return std::unexpected(items.error());
  auto used = entries_of(input, items->in);
  if (!used) return std::unexpected(used.error());
  items->used = *std::move(used);
  auto delegations = authorise(input, *items);
  if (!delegations) return std::unexpected(delegations.error());
  if (auto ok = check_used(input, *items, command); !ok) return std::unexpected(ok.error());
  if (auto ok = check_balance(command); !ok) return std::unexpected(ok.error());
  const auto id = transformation_id(input.inputs.front().input->outpoint);
  const auto batches = ancestry(*items, id);
  if (!batches) return std::unexpected(batches.error());
  if (auto ok = check_new(input, *items); !ok) return std::unexpected(ok.error());

  Delta delta;
  delta.writes.reserve(items->in.size() + items->out.size() + 1 + delegations->size());
  write_items(input, *items, command, id, *batches, delta);
  TransformationEntry made;
  made.authority = items->brand;
  made.event_hash = command.event_hash;
  made.inputs = static_cast<std::uint32_t>(items->in.size());
  made.outputs = static_cast<std::uint32_t>(items->out.size());
  made.since_ms = input.block.time_ms;
  delta.writes.push_back({transformation_key(id), std::move(made)});
  std::ranges::move(*delegations, std::back_inserter(delta.writes));
  return delta;
}

}  // namespace tally::contracts
