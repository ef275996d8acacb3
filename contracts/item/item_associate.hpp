// item_associate: parts and seals are fixed to an item, or taken off.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Claims nothing: no title moves. The item's authority signs, and that of each part that is an
/// item of the ledger, or agents by their delegations (delegation/authority.hpp; the command states
/// no place). A part is fixed to one item at a time. To take off (`dissociate`), the part or seal
/// must be fixed there. A part taken off stays on record, and so does a seal for ever: once broken
/// it is never whole again. Only a part's own record goes when the same part is fixed again.
///
/// Writes the item's entry (the event chained, its parts, new ones last, items before seals); each
/// part's entry (the event chained, what it is fixed to); then the delegations' totals, if agents
/// acted.
///
/// Errors in precedence order: claim_count; no_items (neither parts nor seals), too_many_items;
/// duplicate_item (a part or seal twice, or the item itself; index: of the part, seals after
/// parts); item_unknown, item_decommissioned (index: 0 the item, 1 … the parts);
/// delegation_missing, delegation_expired, delegation_exceeded (index likewise); part_fixed or, to
/// take off, part_not_fixed (index: of the part, seals after parts); too_many_parts (figure:
/// kPartsMax).
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const ItemAssociate& command);

}  // namespace tally::contracts
