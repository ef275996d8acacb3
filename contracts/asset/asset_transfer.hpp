// Coins change hands.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Coins in, coins out, of any assets, each conserved. Authority: the coins' locks open. Writes the
/// delegations used and nothing else.
///
/// Errors in precedence order: claim_count (no input), claim_type, those of open_coins, check_flows
/// and check_policies (coins.hpp).
Result<Delta> apply(const RuleInput& input, const AssetTransfer& command);

}  // namespace tally::contracts
