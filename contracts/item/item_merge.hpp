// item_merge: a brand takes a thing that a centre admitted under its own identity.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Claims the admitted Item in and, if the brand issued the thing's identity before, that Item too;
/// the brand's Item comes out, under any lock: one thing has one title. The owners open the locks
/// as in item_transfer; the brand that holds the prefix signs, or an agent by its delegation.
///
/// Writes the admitted item's entry (the event chained, merged, into what); the brand's (as
/// item_commission would have if it is new; the event chained; and from the admitted one its
/// verdicts, the latest of each appraiser, its open challenges, seals, batches and owners); then
/// the delegations' totals, if agents acted.
///
/// Errors in precedence order: claim_count (index: the first input), claim_type (index: the input
/// or output); item_mismatch (index: the second input; another item comes out); attributes_invalid
/// (also: any for an identity that exists); gs1_key_invalid, prefix_not_registered, prefix_mismatch
/// (index: the output); with the input's index item_unknown, and of open_items the lock's own;
/// delegation_missing (nobody signed for an owner or the brand), delegation_expired,
/// delegation_exceeded (index: the input's, or the output's); with the input's index
/// item_not_admitted, item_flagged (as taint.hpp has it; figure: when that ends), item_not_empty;
/// item_exists (index: the output; claimed as new); too_many_challenges, too_many_parts,
/// too_many_batches (figures: kChallengesOpenMax, kPartsMax, kItemBatchesMax).
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const ItemMerge& command);

}  // namespace tally::contracts
