// item_hand_over: custody of items passes, by the word of both sides.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// The custodian that an item's entry names when custody passed from account to account:
/// tagged_hash("tally/custodian-key", key).
[[nodiscard]] Hash32 custodian_of(const PublicKey& key);

/// Claims nothing: the title stays where it is. Who gives and who takes both sign. The giver has
/// the item by an earlier hand-over, or is its authority, who knows where its goods are.
///
/// Writes each item's entry, in the order of the keys: the event chained, the taker its custodian.
///
/// Errors in precedence order: claim_count; no_items, too_many_items; duplicate_item;
/// signature_missing (index: 0 the giver's, 1 the taker's); item_unknown or item_decommissioned,
/// custody_mismatch (the first such item). The index is that of the key in `gs1_keys`.
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const ItemHandOver& command);

}  // namespace tally::contracts
