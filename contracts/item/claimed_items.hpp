// What the item rules share: finding an item's entry, and opening the locks of claimed items.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/delegation/authority.hpp"
#include "contracts/rule.hpp"

namespace tally::contracts {

/// The entry of an item that has not ended. Errors in precedence order: item_unknown,
/// item_decommissioned; the index is `index`.
[[nodiscard]] Result<const ItemEntry*> live_item(const Registry& registry, std::string_view gs1_key,
                                                 std::size_t index);

/// The entry of a GS1 company prefix that a brand has now. Errors: prefix_not_registered.
[[nodiscard]] Result<const PrefixEntry*> live_prefix(const Registry& registry,
                                                     const std::string& prefix);

/// The position of the first key that stands earlier too.
[[nodiscard]] std::optional<std::size_t> first_duplicate(
    std::span<const std::string_view> gs1_keys);

/// Views of the keys, valid as long as they are.
[[nodiscard]] std::vector<std::string_view> views_of(const std::vector<std::string>& gs1_keys);

/// Whether a command names 1 … kItemsPerCommandMax distinct items. Errors in precedence order:
/// no_items, too_many_items, duplicate_item (index: of the key).
[[nodiscard]] Result<void> check_named(const std::vector<std::string>& gs1_keys);

/// The claimed inputs as Items. Errors in precedence order: claim_count (there are none),
/// too_many_items (figure: kItemsPerCommandMax), claim_type (index: the input).
[[nodiscard]] Result<std::vector<const Item*>> claimed_items(const RuleInput& input);

/// The claimed outputs as Items. Errors: claim_type (index: the output).
[[nodiscard]] Result<std::vector<const Item*>> claimed_outputs(const RuleInput& input);

/// The entries of claimed items, in order. Errors: item_unknown (index: the input).
[[nodiscard]] Result<std::vector<const ItemEntry*>> entries_of(const RuleInput& input,
                                                               std::span<const Item* const> items);

/// The claimed `items` whose locks the signers do not open but a delegation of the lock's key may:
/// rights for acting_for_each. Errors: the lock's own of the first that is more than one key.
[[nodiscard]] Result<std::vector<ItemRight>> delegated_rights(const RuleInput& input,
                                                              std::span<const Item* const> items);

/// Opens the locks of the claimed `items` (of claimed_items) for `command`: each by the
/// transaction's signers or, if the lock is one key's and it has not signed, by a delegation of
/// that key (delegation/authority.hpp). Gives the delegations' writes. Errors in precedence order:
/// the lock's own of the first input whose lock is more than one key; then, of the first owner that
/// has one, signature_missing (it referenced no delegation either), delegation_expired,
/// delegation_exceeded. The index is that of the owner's first input.
[[nodiscard]] Result<std::vector<RegistryWrite>> open_items(const RuleInput& input,
                                                            std::span<const Item* const> items,
                                                            CommandNumber command);

}  // namespace tally::contracts
