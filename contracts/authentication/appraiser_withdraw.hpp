// appraiser_withdraw: an appraiser takes back what no living case locks.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Claims one coin out, of the asset and the amount, under any lock. The appraiser signs; it need
/// not be accredited any more. Writes the panel's roll.
///
/// Errors in precedence order: claim_count, claim_type, signature_missing, panel_unknown,
/// stake_locked (figure: how much is free), not_conserved (the coin is another), then those of
/// check_policies().
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const AppraiserWithdraw& command);

}  // namespace tally::contracts
