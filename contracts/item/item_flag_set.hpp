// item_flag_set: an item is stolen, recalled or counterfeit; or the flag is lifted.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Claims nothing. To set, the item's authority itself signs together with a quorum of the
/// operators; the flag expires within kFlagMsMax. A flag that is set replaces an earlier one. To
/// clear (`clear`, with `expires_ms` 0), a quorum alone signs, which is the appeal; the flag must
/// be the one that blocks now.
///
/// Writes the item's entry: the flag with the block's time, or none.
///
/// Errors in precedence order: claim_count; flag_invalid (the expiry is not in (time, time +
/// kFlagMsMax], or not 0 to clear); quorum_missing (figure: how many lack); item_unknown,
/// item_decommissioned; to set, signature_missing (the authority's); to clear, flag_not_set (none,
/// another, or expired).
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const ItemFlagSet& command);

}  // namespace tally::contracts
