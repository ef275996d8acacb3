// item_flag_set: an item or a whole lot is stolen, recalled or counterfeit; or the flag is lifted.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Claims nothing. To set, the authority of the item or lot itself signs together with a quorum of
/// the operators; the flag expires within kFlagMsMax. A flag that is set replaces an earlier one.
/// To clear (`clear`, with `expires_ms` 0), a quorum alone signs, which is the appeal; the flag
/// must be the one that blocks now. What was used up in a transformation can still be flagged: it
/// is recalled in what was made of it.
///
/// Writes the entry of the item or lot: the flag with the block's time, or none. Of an item also
/// the sums that count flags: those of the containers around it, from the inside out, or of the
/// transformation that used it up.
///
/// Errors in precedence order: claim_count; flag_invalid (the expiry is not in (time, time +
/// kFlagMsMax], or not 0 to clear); quorum_missing (figure: how many lack); lot_unknown (for the
/// key of a lot), item_unknown, item_decommissioned (also merged: the flag belongs to what it
/// became); to set, signature_missing (the authority's); to clear, flag_not_set (none, another, or
/// expired).
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const ItemFlagSet& command);

}  // namespace tally::contracts
