// item_attest: an accredited appraiser's verdict on an item.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Claims nothing. The appraiser itself signs: a verdict cannot be delegated. It may not judge an
/// item whose authority it is; who owns the item is not known here. Flagged items can be judged.
///
/// Writes the item's entry: the verdict comes last, the appraiser's earlier one goes, and beyond
/// kAttestationsMax the oldest goes.
///
/// Errors in precedence order: claim_count; field_value (the confidence exceeds kBasisPoints);
/// signature_missing (the appraiser's); not_accredited (as an appraiser: never, or revoked);
/// item_unknown, item_decommissioned; self_attestation.
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const ItemAttest& command);

}  // namespace tally::contracts
