// An asset comes into being: once, with everything that holds for it for ever.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Defines an asset of `command.issuer`, whose id is asset_id(issuer, folded symbol). Authority:
/// the issuer signs; for a payment token it also has a licence. Claims nothing. Writes the asset's
/// entry and that of its folded symbol, which keeps every look-alike away.
///
/// Errors in precedence order: claim_count, signature_missing (the issuer's), symbol_invalid,
/// symbol_taken, decimals_invalid (figure: kDecimalsMax), supply_invalid (figure: kSupplyMax),
/// minimum_unit_invalid (zero or more than the maximum supply), not_licensed, terms_missing (an IOU
/// without), terms_invalid (another kind with them; not exactly one promise; a maturity in the
/// past; accepted_at too long, with a zero key or a key twice), asset_unknown (the promised asset),
/// terms_invalid (the promised asset is an IOU itself).
Result<Delta> apply(const RuleInput& input, const AssetDefine& command);

}  // namespace tally::contracts
