// item_transform: items are used up and others made of them.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Claims 1 … kItemsPerCommandMax Items in and as many Items out, under any locks. The owners of
/// what goes in open its locks as in item_transfer; the brand that holds the prefix of what comes
/// out signs; or agents of theirs by delegations. Each input has a quantity in `used`, which is the
/// one on record where a transformation made the item; each output one in `made`. For every unit,
/// what is used is what is made and what is lost, in 128 bits.
///
/// Writes each input's entry (the event chained, transformed, a flag that has expired dropped);
/// each output's, as item_commission would have, with its quantity, and its batches: this
/// transformation and all that the inputs came from; the transformation's entry; then the
/// delegations' totals, if agents acted. A flag that is set on an input afterwards counts there,
/// and so blocks all outputs and whatever is made of them.
///
/// Errors in precedence order: claim_count (index: the first input), too_many_items, claim_type
/// (index: the input or output); attributes_invalid; quantity_invalid (the lists' lengths, a unit,
/// a quantity of 0 or beyond kQuantityMilliMax, the order of `lost`); gs1_key_invalid (index: the
/// output); prefix_not_registered; prefix_mismatch (index: the output); with the input's index
/// item_unknown, and of open_items the lock's own; delegation_missing (nobody signed for an owner
/// or the brand), delegation_expired, delegation_exceeded (index: the input's, or the output's);
/// with the input's index item_flagged (as taint.hpp has it; figure: when that ends),
/// item_not_empty, quantity_mismatch (figure: what is on record); not_conserved (figure: what was
/// used of the first unit that does not balance); too_many_batches (figure: kItemBatchesMax);
/// item_exists (index: the output).
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const ItemTransform& command);

}  // namespace tally::contracts
