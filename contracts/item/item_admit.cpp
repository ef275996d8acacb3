#include "contracts/item/item_admit.hpp"

#include <span>

#include "contracts/delegation/authority.hpp"
#include "contracts/limits.hpp"

namespace tally::contracts {
namespace {

// The live prefix that covers the key, if there is one: registered prefixes do not overlap.
const PrefixEntry* covering_prefix(const Registry& registry, std::string_view gs1_key) {
  // Where the company part begins depends on the kind of key: 00/0…, 01/0…, 8003/0…, 8004/….
  const std::size_t begin = gs1_key.starts_with("01/") || gs1_key.starts_with("00/") ? 4
                            : gs1_key.starts_with("8003/")                           ? 6
                                                                                     : 5;
  for (std::size_t digits = kPrefixDigitsMin; digits <= kPrefixDigitsMax; ++digits) {
    const auto prefix = gs1_key.substr(begin, digits);
    if (!gs1_key_has_prefix(gs1_key, prefix)) continue;
    const auto* entry = registry.get<PrefixEntry>(prefix_key(prefix));
    if (entry != nullptr && !entry->brand.is_zero() && entry->withdrawn_ms == 0) return entry;
  }
  return nullptr;
}

bool is_centre(const Registry& registry, const PublicKey& key) {
  const auto* entry = registry.get<AccreditationEntry>(accreditation_key(key, Role::centre));
  return entry != nullptr && entry->revoked_ms == 0;
}

}  // namespace

Result<Delta> apply(const RuleInput& input, const ItemAdmit& command) {
  if (auto ok = expect_counts(input, 0, 1); !ok) return std::unexpected(ok.error());
  const auto index = input.outputs.front().index;
  const auto* item = std::get_if<Item>(input.outputs.front().output);
  if (item == nullptr) return fail(ErrorCode::claim_type, index);
  if (!valid_attributes(command.attributes)) return fail(ErrorCode::attributes_invalid);
  if (!valid_gs1_key(item->gs1_key)) return fail(ErrorCode::gs1_key_invalid, index);
  if (!is_centre(input.registry, command.centre)) return fail(ErrorCode::not_accredited);
  const auto* prefix = covering_prefix(input.registry, item->gs1_key);
  if (prefix == nullptr) return fail(ErrorCode::prefix_not_registered, index);
  if (prefix->brand != command.centre) return fail(ErrorCode::prefix_mismatch, index);
  const std::string_view key = item->gs1_key;
  auto delegation =
      acting_for(input, command.centre, {ItemAdmit::kNumber, std::span(&key, 1), std::nullopt});
  if (!delegation) return std::unexpected(delegation.error());
  if (input.registry.get<ItemEntry>(item_key(key)) != nullptr) {
    return fail(ErrorCode::item_exists, index);
  }

  ItemEntry entry;
  entry.gs1_key = key;
  entry.status = ItemStatus::admitted;
  entry.authority = command.centre;
  entry.attributes = command.attributes;
  entry.since_ms = input.block.time_ms;
  append_event(entry, command.evidence_hash);
  Delta delta;
  delta.writes.push_back({item_key(key), std::move(entry)});
  if (*delegation) delta.writes.push_back(**std::move(delegation));
  return delta;
}

}  // namespace tally::contracts
