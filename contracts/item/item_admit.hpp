// item_admit: an accredited centre gives goods without an identity one of its own.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Claims no input and one Item out, under any lock. The centre signs, or an agent by its
/// delegation (delegation/authority.hpp; the command states no place). The identity, of whatever
/// kind (usually a GIAI), stands under a live prefix registered to the centre itself: a centre can
/// neither take an identity that a brand may issue one day nor one of another centre.
///
/// Writes the item's entry: admitted, active, without a brand's prefix, of the centre's authority,
/// its event chain begun with `evidence_hash`; then the delegation's totals, if an agent acted.
///
/// Errors in precedence order: claim_count, claim_type (index: the input or output);
/// attributes_invalid; gs1_key_invalid; not_accredited (as a centre: never, or revoked);
/// prefix_not_registered (no live prefix covers the identity), prefix_mismatch (it is another's);
/// delegation_missing, delegation_expired, delegation_exceeded; item_exists. The index of errors
/// about the identity is the output's.
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const ItemAdmit& command);

}  // namespace tally::contracts
