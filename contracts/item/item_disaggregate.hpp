// item_disaggregate: an owner takes items out of their container.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Claims the container in; the container out, as it went in, then 1 … kItemsPerCommandMax − 1
/// items out of those that it holds directly, under its lock: they are its owner's. The lock is
/// opened as in item_transfer. An item may be flagged: taking it out is how the rest becomes free
/// again. A container that is itself flagged stays whole.
///
/// Writes the container's entry (the event chained, its contents); each item's (the event chained,
/// loose, with the owners that the container has had meanwhile); then the delegations' totals, if
/// agents acted.
///
/// Errors in precedence order: claim_count (index: the input), claim_type (index: the input or
/// output), too_many_items; item_mismatch (index: the output; another item or lock comes out than
/// went in), container_owner (index: the output under another lock), duplicate_item (index: the
/// output); item_unknown (index: the input), those of open_items, item_flagged (figure: when the
/// flag expires); with the output's index item_unknown, container_mismatch.
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const ItemDisaggregate& command);

}  // namespace tally::contracts
