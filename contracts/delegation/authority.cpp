#include "contracts/delegation/authority.hpp"

#include <algorithm>
#include <map>

#include "base/checked.hpp"

namespace tally::contracts {
namespace {

bool covers(const DelegationPowers& powers, std::string_view gs1_key) {
  return std::ranges::any_of(
      powers.prefixes, [&](const auto& prefix) { return gs1_key_has_prefix(gs1_key, prefix); });
}

bool reaches(const DelegationPowers& powers, const Deed& deed) {
  if (!std::ranges::binary_search(powers.commands, deed.command)) return false;
  if (!std::ranges::all_of(deed.gs1_keys, [&](auto key) { return covers(powers, key); })) {
    return false;
  }
  return powers.places.empty() ||
         (deed.place && std::ranges::binary_search(powers.places, *deed.place));
}

// The entry with the deed added to its totals. Errors: delegation_expired, delegation_exceeded.
Result<DelegationEntry> use(DelegationEntry entry, const Deed& deed, std::uint64_t time_ms) {
  if (!live(entry, time_ms)) {
    const bool revoked = entry.revoked_ms != 0;
    return fail(ErrorCode::delegation_expired, 0,
                revoked ? entry.revoked_ms : entry.powers.until_ms);
  }
  if (!reaches(entry.powers, deed)) return fail(ErrorCode::delegation_exceeded);
  const auto items = deed.items > 0 ? deed.items : deed.gs1_keys.size();
  const auto used = checked_add(entry.items_used, items);
  if (!used || *used > entry.powers.items_max) {
    return fail(ErrorCode::delegation_exceeded, 0, entry.powers.items_max - entry.items_used);
  }
  entry.items_used = *used;
  return entry;
}

}  // namespace

bool live(const DelegationEntry& delegation, std::uint64_t time_ms) {
  return delegation.revoked_ms == 0 && time_ms < delegation.powers.until_ms;
}

Result<std::optional<RegistryWrite>> acting_for(const RuleInput& input, const PublicKey& principal,
                                                const Deed& deed) {
  if (input.signed_by(principal)) return std::nullopt;
  std::optional<Error> first;
  for (const auto& [key] : input.transaction.references) {
    if (key.kind != RegistryKind::delegation) continue;
    const auto* entry = input.registry.get<DelegationEntry>(key);
    if (entry == nullptr || entry->principal != principal || !input.signed_by(entry->agent)) {
      continue;
    }
    auto used = use(*entry, deed, input.block.time_ms);
    if (used) return RegistryWrite{key, *std::move(used)};
    if (!first) first = used.error();
  }
  return std::unexpected(first.value_or(Error{ErrorCode::delegation_missing}));
}

Result<std::vector<RegistryWrite>> acting_for_each(const RuleInput& input, CommandNumber command,
                                                   std::span<const ItemRight> rights,
                                                   const std::optional<Hash32>& place) {
  struct Group {
    PublicKey principal;
    std::uint32_t index;
    std::vector<std::string_view> gs1_keys;
  };
  std::vector<Group> groups;  // in the order in which the principals appear
  std::map<PublicKey, std::size_t> group_of;
  for (const auto& right : rights) {
    const auto [found, is_new] = group_of.try_emplace(right.principal, groups.size());
    if (is_new) groups.push_back({right.principal, right.index, {}});
    groups[found->second].gs1_keys.push_back(right.gs1_key);
  }
  std::vector<RegistryWrite> writes;
  for (const auto& group : groups) {
    auto write = acting_for(input, group.principal, {command, group.gs1_keys, place});
    if (!write) return fail(write.error().code, group.index, write.error().figure);
    if (*write) writes.push_back(**std::move(write));
  }
  return writes;
}

}  // namespace tally::contracts
