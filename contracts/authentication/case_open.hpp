// case_open: a member asks a panel whether something is genuine.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Of an item on the ledger the title is shown: the first claimed input and output are its Item,
/// the same under the same lock, which the signers open (or an agent with a delegation for
/// case_open): nobody can have a verdict written to another's bag by photographs of a copy. Then
/// come the coins of the fee, of which nothing else stays. A member's first case is free: no coins,
/// and its judges are paid from the panel's pool if that has enough.
///
/// Writes the case, the requester's entry, the panel if its pool pays, and the delegations used.
/// The case is drawn in a later block.
///
/// Errors in precedence order: signature_missing (the requester's), member_unknown; panel_unknown;
/// case_price (figure: what it costs); claim_count, claim_type (the item; then the coins of the
/// fee, none if it is free or nothing), item_mismatch (not the named one, or it comes out another),
/// signature_missing and the other errors of the lock, item_unknown, item_decommissioned;
/// case_exists; case_quota (figure: how many may live); those of check_coins_enter(), not_conserved
/// (figure: the fee).
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const CaseOpen& command);

}  // namespace tally::contracts
