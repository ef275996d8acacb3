// item_transfer: title to items passes, without payment in this command.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Claims Items in, 1 … kItemsPerCommandMax, and the same items out in the same order. Each input's
/// lock is opened by the transaction's signers or, if it is one key's, by that key's delegation
/// (item/claimed_items.hpp). While a flag blocks an item (taint.hpp) it can only go back to its
/// authority's key. What is packed in it goes with it.
///
/// Writes the entries that change, in the order of the items: the event chained, if there is one;
/// an owner counted, if the account changes and the item has been sold before; then the
/// delegations' totals, if agents acted.
///
/// Errors in precedence order: claim_count (index: the first input), too_many_items, claim_type
/// (index: the input or output); item_mismatch (index: the first output that differs); with the
/// input's index item_unknown, those of open_items, item_flagged (figure: when the flag expires).
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const ItemTransfer& command);

}  // namespace tally::contracts
