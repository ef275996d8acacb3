// A holder destroys coins of its own.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// The claimed coins in exceed those out by `command.amount` of `command.asset`; every other asset
/// is conserved. Authority: the coins' locks open. Writes the delegations used, then the asset's
/// entry with `burned` raised.
///
/// Errors in precedence order: claim_count (no input), claim_type, those of open_coins,
/// asset_unknown, amount_zero, those of check_flows and check_policies (coins.hpp),
/// redeem_exceeds_issued (figure: how much can go).
Result<Delta> apply(const RuleInput& input, const AssetBurn& command);

}  // namespace tally::contracts
