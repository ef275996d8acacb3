// lot_commission: a brand issues a lot, any number of items in one transaction.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Claims nothing. The brand that holds the prefix signs, or an agent by its delegation, of whose
/// total the lot takes its count (delegation/authority.hpp; the command states no place). Which
/// serials the root stands for the brand alone knows; whether one of them exists already is decided
/// when it steps out.
///
/// Writes the lot's entry; then the delegation's totals, if an agent acted.
///
/// Errors in precedence order: claim_count; lot_count (0, or more than kLotItemsMax; figure: that);
/// attributes_invalid; gs1_key_invalid (not a lot's); prefix_not_registered, prefix_mismatch;
/// delegation_missing, delegation_expired, delegation_exceeded; lot_exists.
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const LotCommission& command);

}  // namespace tally::contracts
