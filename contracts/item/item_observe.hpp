// item_observe: an authorised event about items, which changes what the ledger says of them.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Claims nothing. Each item's authority (its brand or centre) signs, or an agent by the
/// authority's delegation, which is held against the command's place (delegation/authority.hpp).
/// The owner is not asked and not known here: the title does not move. Flagged items can be
/// observed: they turn up.
///
/// Writes each item's entry, in the order of the keys: the event chained; disposition, custodian
/// and container where the command gives them (a custodian or container of zero: none any more);
/// then the delegations' totals, if agents acted.
///
/// Errors in precedence order: claim_count; no_items, too_many_items; duplicate_item; item_unknown
/// or item_decommissioned (the first such item); delegation_missing, delegation_expired,
/// delegation_exceeded. The index is that of the key in `gs1_keys`.
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const ItemObserve& command);

}  // namespace tally::contracts
