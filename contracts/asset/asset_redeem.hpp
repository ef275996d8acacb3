// Holders give coins back to the issuer for what they promise.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// The claimed coins in exceed those out by `command.amount` of `command.asset`; every other asset
/// is conserved. Authority: the coins' locks open. For an IOU that promises an asset the payout is
/// claimed with it: each account gets exactly as much of the promised asset as it gives of the IOU,
/// whoever pays; before maturity the issuer signs too. For every other asset the issuer signs,
/// since it pays outside the ledger. Writes the delegations used, then the asset's entry with
/// `redeemed` raised.
///
/// Errors in precedence order: claim_count (no input), claim_type, those of open_coins,
/// asset_unknown, signature_missing (the issuer's), amount_zero, those of check_flows and
/// check_policies (coins.hpp), not_due (figure: the maturity), partial_redemption (coins of it come
/// out, against its terms; figure: how much), payout_mismatch (index: the first input or output of
/// the account that gets too little or too much; figure: what it should get), redeem_exceeds_issued
/// (figure: how much can go).
Result<Delta> apply(const RuleInput& input, const AssetRedeem& command);

}  // namespace tally::contracts
