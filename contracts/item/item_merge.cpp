#include "contracts/item/item_merge.hpp"

#include <algorithm>
#include <iterator>

#include "contracts/item/claimed_items.hpp"
#include "contracts/item/containers.hpp"
#include "contracts/item/taint.hpp"
#include "contracts/limits.hpp"

namespace tally::contracts {
namespace {

struct Merging {
  std::vector<const Item*> in;  // The admitted one, then the brand's if it exists.
  const Item* out = nullptr;
  PublicKey brand;
};

// Errors: as apply() has them, to prefix_mismatch.
Result<Merging> merging(const RuleInput& input, const ItemMerge& command) {
  const auto count = input.inputs.size();
  if (count < 1 || count > 2 || input.outputs.size() != 1) {
    return fail(ErrorCode::claim_count, count == 0 ? 0 : input.inputs.front().index);
  }
  auto in = claimed_items(input);
  if (!in) return std::unexpected(in.error());
  const auto out = claimed_outputs(input);
  if (!out) return std::unexpected(out.error());
  const auto index = input.outputs.front().index;
  const auto& key = out->front()->gs1_key;
  if (count == 2 && in->back()->gs1_key != key) {
    return fail(ErrorCode::item_mismatch, input.inputs[1].index);
  }
  if (!valid_attributes(command.attributes) || (count == 2 && !command.attributes.empty())) {
    return fail(ErrorCode::attributes_invalid);
  }
  if (!valid_gs1_key(key)) return fail(ErrorCode::gs1_key_invalid, index);
  const auto prefix = live_prefix(input.registry, command.prefix);
  if (!prefix) return fail(prefix.error().code, index);
  if (!gs1_key_has_prefix(key, command.prefix)) return fail(ErrorCode::prefix_mismatch, index);
  return Merging{*std::move(in), out->front(), (*prefix)->brand};
}

Result<std::vector<RegistryWrite>> authorise(const RuleInput& input, const Merging& items) {
  auto rights = delegated_rights(input, items.in);
  if (!rights) return std::unexpected(rights.error());
  rights->push_back({items.brand, items.out->gs1_key, input.outputs.front().index});
  return acting_for_each(input, ItemMerge::kNumber, *rights, std::nullopt);
}

Result<void> check_states(const RuleInput& input, const std::vector<const ItemEntry*>& entries) {
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto index = input.inputs[i].index;
    const auto wanted = i == 0 ? ItemStatus::admitted : ItemStatus::commissioned;
    if (entries[i]->status != wanted) return fail(ErrorCode::item_not_admitted, index);
    if (const auto flag = blocking_flag(*entries[i], input.registry, input.block.time_ms)) {
      return fail(ErrorCode::item_flagged, index, flag->expires_ms);
    }
    if (i == 0 && holds_others(*entries[i])) return fail(ErrorCode::item_not_empty, index);
  }
  return {};
}

ItemEntry fresh_entry(const RuleInput& input, const Merging& items, const ItemMerge& command) {
  ItemEntry entry;
  entry.gs1_key = items.out->gs1_key;
  entry.prefix = command.prefix;
  entry.authority = items.brand;
  entry.attributes = command.attributes;
  entry.since_ms = input.block.time_ms;
  return entry;
}

void merge_verdicts(ItemEntry& into, const ItemEntry& from) {
  auto all = from.attestations;
  all.insert(all.end(), into.attestations.begin(), into.attestations.end());
  std::ranges::stable_sort(all, {}, &Attestation::time_ms);
  std::vector<Attestation> latest;
  for (const auto& verdict : all) {
    std::erase_if(latest, [&](const auto& v) { return v.appraiser == verdict.appraiser; });
    latest.push_back(verdict);
  }
  const auto over = latest.size() - std::min(latest.size(), kAttestationsMax);
  latest.erase(latest.begin(), latest.begin() + static_cast<std::ptrdiff_t>(over));
  into.attestations = std::move(latest);
}

// What was said of the admitted item is said of the brand's. Errors: as apply() has them, from
// too_many_challenges on.
Result<void> merge_into(ItemEntry& into, const ItemEntry& from) {
  merge_verdicts(into, from);
  for (const auto& challenge : from.challenges) {
    const auto own =
        std::ranges::find(into.challenges, challenge.challenger, &Challenge::challenger);
    if (own == into.challenges.end()) into.challenges.push_back(challenge);
  }
  if (into.challenges.size() > kChallengesOpenMax) {
    return fail(ErrorCode::too_many_challenges, 0, kChallengesOpenMax);
  }
  for (const auto& part : from.parts) {
    if (part.kind == PartKind::seal) into.parts.push_back(part);
  }
  if (into.parts.size() > kPartsMax) return fail(ErrorCode::too_many_parts, 0, kPartsMax);
  std::vector<Batch> batches;
  std::ranges::set_union(into.batches, from.batches, std::back_inserter(batches));
  if (batches.size() > kItemBatchesMax) {
    return fail(ErrorCode::too_many_batches, 0, kItemBatchesMax);
  }
  into.batches = std::move(batches);
  into.owners += from.owners;
  return {};
}

}  // namespace

Result<Delta> apply(const RuleInput& input, const ItemMerge& command) {
  const auto items = merging(input, command);
  if (!items) return std::unexpected(items.error());
  const auto entries = entries_of(input, items->in);
  if (!entries) return std::unexpected(entries.error());
  auto delegations = authorise(input, *items);
  if (!delegations) return std::unexpected(delegations.error());
  if (auto ok = check_states(input, *entries); !ok) return std::unexpected(ok.error());
  const auto key = item_key(items->out->gs1_key);
  if (entries->size() == 1 && input.registry.find(key) != nullptr) {
    return fail(ErrorCode::item_exists, input.outputs.front().index);
  }
  auto admitted = *entries->front();
  auto into = entries->size() == 2 ? *entries->back() : fresh_entry(input, *items, command);
  if (auto ok = merge_into(into, admitted); !ok) return std::unexpected(ok.error());

  append_event(admitted, command.event_hash);
  admitted.status = ItemStatus::merged;
  admitted.merged_into = into.gs1_key;
  append_event(into, command.event_hash);
  Delta delta;
  delta.writes.push_back({item_key(admitted.gs1_key), std::move(admitted)});
  delta.writes.push_back({key, std::move(into)});
  std::ranges::move(*delegations, std::back_inserter(delta.writes));
  return delta;
}

}  // namespace tally::contracts
