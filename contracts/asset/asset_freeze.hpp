// The issuer freezes or unfreezes a holder, or the whole asset.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// With a holder: no coin of the asset goes from or to that account, except a payout that an escrow
/// owes it. Without: no coin of the asset moves but out of escrow. Authority: the issuer signs, and
/// the asset was defined freezable. Claims nothing. Writes the asset's entry, which counts the
/// frozen holders, and for a holder its freeze.
///
/// Errors in precedence order: claim_count, asset_unknown, not_issuer, not_freezable, no_change.
Result<Delta> apply(const RuleInput& input, const AssetFreeze& command);

}  // namespace tally::contracts
