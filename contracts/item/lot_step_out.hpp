// lot_step_out: items leave their lot on first use.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Claims no input and one Item out for each step, in order, under any locks. The lot's brand
/// signs, or an agent by its delegation: until then the items are the brand's. Each step proves
/// that the lot's root holds the item's serial at the step's index (lot.hpp); the lot's pages
/// remember which indices were used, so that none is twice, and an item that exists already cannot
/// come again, whatever lot or brand it came from.
///
/// Writes each item's entry, as item_commission would have, with the lot's event and attributes and
/// the lot as its batch; the pages; the lot's entry; then the delegation's totals, if an agent
/// acted.
///
/// Errors in precedence order: claim_count, too_many_items, claim_type (index: the output);
/// lot_unknown; with the output's index gs1_key_invalid, lot_mismatch; delegation_missing,
/// delegation_expired, delegation_exceeded; item_flagged (the lot is; figure: when the flag
/// expires); then for each step in turn, with the output's index, lot_proof (also an index beyond
/// the lot), lot_stepped_out, item_exists.
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const LotStepOut& command);

}  // namespace tally::contracts
