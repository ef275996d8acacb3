// item_decommission: owners end items, for ever.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Claims Items in, 1 … kItemsPerCommandMax, and nothing out. Each input's lock is opened as in
/// item_transfer: only the owner can end an item, for a brand cannot destroy what it no longer
/// owns. A flagged item cannot be ended: that would be a way to make a stolen one vanish.
///
/// Writes each item's entry, in the order of the inputs: decommissioned, the event chained; then
/// the delegations' totals, if agents acted.
///
/// Errors in precedence order: claim_count (index: the first input), too_many_items, claim_type
/// (index: the input); with the input's index item_unknown, those of open_items, item_flagged (as
/// taint.hpp has it; figure: when that ends) or item_not_empty (something is packed in it).
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const ItemDecommission& command);

}  // namespace tally::contracts
