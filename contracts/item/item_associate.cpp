#include "contracts/item/item_associate.hpp"

#include <algorithm>
#include <iterator>

#include "contracts/item/claimed_items.hpp"
#include "contracts/limits.hpp"

namespace tally::contracts {
namespace {

// What the command names: the parts, then the seals. Errors: as apply() has them, to
// duplicate_item.
Result<std::vector<Part>> named_parts(const ItemAssociate& command) {
  const auto count = command.parts.size() + command.seals.size();
  if (count == 0) return fail(ErrorCode::no_items);
  if (count > kPartsMax) return fail(ErrorCode::too_many_items, 0, kPartsMax);
  std::vector<Part> parts;
  parts.reserve(count);
  for (const auto& key : command.parts) {
    parts.push_back({.kind = PartKind::item, .id = item_id(key).bytes});
  }
  for (const auto& seal : command.seals) parts.push_back({.kind = PartKind::seal, .id = seal});
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto earlier =
        std::find(parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(i), parts[i]);
    const bool itself = i < command.parts.size() && command.parts[i] == command.gs1_key;
    if (itself || earlier != parts.begin() + static_cast<std::ptrdiff_t>(i)) {
      return fail(ErrorCode::duplicate_item, i);
    }
  }
  return parts;
}

// The item, then its parts. Errors: item_unknown, item_decommissioned.
Result<std::vector<const ItemEntry*>> named_items(const Registry& registry,
                                                  const ItemAssociate& command) {
  std::vector<const ItemEntry*> entries;
  for (std::size_t i = 0; i <= command.parts.size(); ++i) {
    const auto entry = live_item(registry, i == 0 ? command.gs1_key : command.parts[i - 1], i);
    if (!entry) return std::unexpected(entry.error());
    entries.push_back(*entry);
  }
  return entries;
}

std::vector<Part>::iterator record_of(std::vector<Part>& parts, const Part& part) {
  return std::ranges::find_if(
      parts, [&](const Part& x) { return x.kind == part.kind && x.id == part.id; });
}

// Whether the part can be fixed, and was. `fixed_to`: what the part's own entry says.
bool fix(std::vector<Part>& parts, Part part, std::string_view fixed_to, std::uint64_t time_ms) {
  const auto record = record_of(parts, part);
  if (part.kind == PartKind::seal && record != parts.end()) return false;
  if (!fixed_to.empty()) return false;
  if (record != parts.end()) parts.erase(record);
  part.since_ms = time_ms;
  parts.push_back(part);
  return true;
}

bool take_off(std::vector<Part>& parts, const Part& part, std::uint64_t time_ms) {
  const auto record = record_of(parts, part);
  if (record == parts.end() || record->removed_ms != 0) return false;
  record->removed_ms = time_ms;
  return true;
}

}  // namespace

Result<Delta> apply(const RuleInput& input, const ItemAssociate& command) {
  if (auto ok = expect_counts(input, 0, 0); !ok) return std::unexpected(ok.error());
  const auto named = named_parts(command);
  if (!named) return std::unexpected(named.error());
  const auto entries = named_items(input.registry, command);
  if (!entries) return std::unexpected(entries.error());
  std::vector<ItemRight> rights;
  rights.reserve(entries->size());
  for (std::uint32_t i = 0; i < entries->size(); ++i) {
    rights.push_back({(*entries)[i]->authority, (*entries)[i]->gs1_key, i});
  }
  auto delegations = acting_for_each(input, ItemAssociate::kNumber, rights, std::nullopt);
  if (!delegations) return std::unexpected(delegations.error());

  const auto now_ms = input.block.time_ms;
  auto item = *entries->front();
  for (std::size_t i = 0; i < named->size(); ++i) {
    const auto& part = (*named)[i];
    const auto fixed_to =
        i < command.parts.size() ? std::string_view((*entries)[i + 1]->fixed_to) : "";
    if (command.dissociate && !take_off(item.parts, part, now_ms)) {
      return fail(ErrorCode::part_not_fixed, i);
    }
    if (!command.dissociate && !fix(item.parts, part, fixed_to, now_ms)) {
      return fail(ErrorCode::part_fixed, i);
    }
  }
  if (item.parts.size() > kPartsMax) return fail(ErrorCode::too_many_parts, 0, kPartsMax);

  append_event(item, command.event_hash);
  Delta delta;
  delta.writes.push_back({item_key(item.gs1_key), std::move(item)});
  for (std::size_t i = 1; i < entries->size(); ++i) {
    auto part = *(*entries)[i];
    append_event(part, command.event_hash);
    part.fixed_to = command.dissociate ? std::string() : command.gs1_key;
    delta.writes.push_back({item_key(part.gs1_key), std::move(part)});
  }
  std::ranges::move(*delegations, std::back_inserter(delta.writes));
  return delta;
}

}  // namespace tally::contracts
