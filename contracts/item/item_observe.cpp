#include "contracts/item/item_observe.hpp"

#include "contracts/delegation/authority.hpp"
#include "contracts/item/claimed_items.hpp"

namespace tally::contracts {
namespace {

ItemEntry observed(ItemEntry entry, const ItemObserve& command) {
  append_event(entry, command.event_hash);
  if (command.disposition) entry.disposition = *command.disposition;
  if (command.custodian) entry.custodian = *command.custodian;
  if (command.container) entry.container = *command.container;
  return entry;
}

}  // namespace

Result<Delta> apply(const RuleInput& input, const ItemObserve& command) {
  if (auto ok = expect_counts(input, 0, 0); !ok) return std::unexpected(ok.error());
  if (auto ok = check_named(command.gs1_keys); !ok) return std::unexpected(ok.error());
  std::vector<const ItemEntry*> entries;
  std::vector<ItemRight> rights;
  for (std::uint32_t i = 0; i < command.gs1_keys.size(); ++i) {
    const auto entry = live_item(input.registry, command.gs1_keys[i], i);
    if (!entry) return std::unexpected(entry.error());
    entries.push_back(*entry);
    rights.push_back({(*entry)->authority, command.gs1_keys[i], i});
  }
  auto delegations = acting_for_each(input, ItemObserve::kNumber, rights, command.place);
  if (!delegations) return std::unexpected(delegations.error());

  Delta delta;
  delta.writes.reserve(entries.size() + delegations->size());
  for (const auto* entry : entries) {
    delta.writes.push_back({item_key(entry->gs1_key), observed(*entry, command)});
  }
  std::ranges::move(*delegations, std::back_inserter(delta.writes));
  return delta;
}

}  // namespace tally::contracts
