#include "contracts/item/item_event_error.hpp"

#include <algorithm>
#include <iterator>

#include "contracts/item/claimed_items.hpp"
#include "contracts/limits.hpp"

namespace tally::contracts {

Result<Delta> apply(const RuleInput& input, const ItemEventError& command) {
  if (auto ok = expect_counts(input, 0, 0); !ok) return std::unexpected(ok.error());
  if (auto ok = check_named(command.gs1_keys); !ok) return std::unexpected(ok.error());
  std::vector<const ItemEntry*> entries;
  std::vector<ItemRight> rights;
  for (std::uint32_t i = 0; i < command.gs1_keys.size(); ++i) {
    const auto* entry = input.registry.get<ItemEntry>(item_key(command.gs1_keys[i]));
    if (entry == nullptr) return fail(ErrorCode::item_unknown, i);
    entries.push_back(entry);
    rights.push_back({entry->authority, entry->gs1_key, i});
  }
  auto delegations = acting_for_each(input, ItemEventError::kNumber, rights, std::nullopt);
  if (!delegations) return std::unexpected(delegations.error());

  Delta delta;
  delta.writes.reserve(entries.size() + delegations->size());
  for (const auto* before : entries) {
    auto entry = *before;
    append_event(entry, command.event_hash);
    if (entry.errors.size() >= kEventErrorsMax) entry.errors.erase(entry.errors.begin());
    entry.errors.push_back({command.wrong_hash, command.reason_hash, input.block.time_ms});
    delta.writes.push_back({item_key(entry.gs1_key), std::move(entry)});
  }
  std::ranges::move(*delegations, std::back_inserter(delta.writes));
  return delta;
}

}  // namespace tally::contracts
