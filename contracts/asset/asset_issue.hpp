// The issuer makes coins of its asset anew.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// The claimed coins out exceed those in by `command.amount` of `command.asset`; every other asset
/// is conserved. Authority: the issuer signs, and coins that go in open. Writes the asset's entry,
/// with `issued` raised, after the delegations used. The maximum holds for supply and loyalty
/// reserved.
///
/// Errors in precedence order: claim_count (no output), claim_type, asset_unknown, not_issuer,
/// those of open_coins, not_licensed (a payment token whose licence was revoked), amount_zero,
/// those of check_flows, supply_exceeded (figure: how much can still be issued), those of
/// check_policies.
Result<Delta> apply(const RuleInput& input, const AssetIssue& command);

}  // namespace tally::contracts
