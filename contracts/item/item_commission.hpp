// item_commission: a brand issues identities under its GS1 company prefix.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Claims no input, and 1 … kItemsPerCommandMax Items out, under any locks: goods may be
/// commissioned straight to another owner. The principal is the prefix's brand: it signs, or an
/// agent by its delegation (delegation/authority.hpp; the command states no place).
///
/// Writes each item's entry, in the order of the outputs: commissioned, active, of the brand, with
/// the command's attributes, its event chain begun with `event_hash`; then the delegation's totals,
/// if an agent acted.
///
/// Errors in precedence order: claim_count, too_many_items, claim_type (index: the input or
/// output); attributes_invalid; gs1_key_invalid (index: the first such output);
/// prefix_not_registered (never, or withdrawn); prefix_mismatch (index: the first such output);
/// delegation_missing, delegation_expired, delegation_exceeded; item_exists (index: the first
/// output whose identity was issued before, by this command or ever).
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const ItemCommission& command);

}  // namespace tally::contracts
