// appraiser_bond: an accredited appraiser puts up a stake, from which its bonds are locked.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Claims coins; what does not come out of them again is exactly `amount` of the asset. The
/// appraiser signs. Writes the panel's roll, and the delegations that opened coins.
///
/// Errors in precedence order: claim_count (no coin goes in), claim_type, signature_missing,
/// not_accredited (as an appraiser), panel_unknown, amount_zero, roll_full (figure: kRollMax);
/// those of check_coins_enter(); not_conserved (something else than the amount stays; figure: the
/// amount).
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const AppraiserBond& command);

}  // namespace tally::contracts
