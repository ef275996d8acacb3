// item_aggregate: an owner packs items into another.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Claims Items in, the container first, then 1 … kItemsPerCommandMax − 1 items, and the container
/// alone out, as it went in. All are under one lock, which is opened as in item_transfer. The
/// container is any item: a bag with a purse in it, or a logistic unit (00/sscc) that its packer
/// commissioned. From then on the packed items have no output: whoever owns the container owns
/// them, and they leave it by item_disaggregate alone.
///
/// Writes the container's entry (the event chained, its contents); each item's (the event chained,
/// the container named, a flag that has expired dropped); then the delegations' totals, if agents
/// acted.
///
/// Errors in precedence order: claim_count (index: the first input), too_many_items, claim_type
/// (index: the input or output); item_mismatch (index: the output; another item or lock comes out);
/// with the input's index container_owner, item_unknown, those of open_items, item_flagged (as
/// taint.hpp has it; figure: when that ends), container_full.
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const ItemAggregate& command);

}  // namespace tally::contracts
