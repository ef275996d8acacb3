// item_event_error: an authority takes back what it recorded of its items.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Claims nothing. Each item's authority signs, or an agent by its delegation (the command states
/// no place), as in item_observe. Nothing is undone: no title comes back, no state changes; the
/// items carry the declaration, and what depends on them can be found (docs/spec/provenance.md,
/// "Taint"). An item that has ended can still have been recorded in error.
///
/// Writes each item's entry, in the order of the keys: the declaration chained, and last among the
/// errors, of which the oldest goes beyond kEventErrorsMax; then the delegations' totals, if agents
/// acted.
///
/// Errors in precedence order: claim_count; no_items, too_many_items; duplicate_item; item_unknown;
/// delegation_missing, delegation_expired, delegation_exceeded. The index is that of the key in
/// `gs1_keys`.
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const ItemEventError& command);

}  // namespace tally::contracts
