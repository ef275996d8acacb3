// What the item rules share: finding an item's entry, and opening the locks of claimed items.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/rule.hpp"

namespace tally::contracts {

/// The entry of an item that is not decommissioned. Errors in precedence order: item_unknown,
/// item_decommissioned; the index is `index`.
[[nodiscard]] Result<const ItemEntry*> live_item(const Registry& registry, std::string_view gs1_key,
                                                 std::size_t index);

/// The position of the first key that stands earlier too.
[[nodiscard]] std::optional<std::size_t> first_duplicate(
    std::span<const std::string_view> gs1_keys);

/// Views of the keys, valid as long as they are.
[[nodiscard]] std::vector<std::string_view> views_of(const std::vector<std::string>& gs1_keys);

/// The claimed inputs as Items. Errors in precedence order: claim_count (there are none),
/// too_many_items (figure: kItemsPerCommandMax), claim_type (index: the input).
[[nodiscard]] Result<std::vector<const Item*>> claimed_items(const RuleInput& input);

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
