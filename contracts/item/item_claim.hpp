// item_claim: anyone's event about anything, put on record under its author's name.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Claims nothing. The claimant signs, or an agent by its delegation, which then covers every key
/// named (delegation/authority.hpp; the command states no place). The transaction's record is the
/// claim: it changes no item, and what it names need not exist.
///
/// Writes nothing but the delegation's totals, if an agent acted.
///
/// Errors in precedence order: claim_count; too_many_items; gs1_key_invalid, duplicate_item (index:
/// that of the key in `gs1_keys`); delegation_missing, delegation_expired, delegation_exceeded.
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const ItemClaim& command);

}  // namespace tally::contracts
