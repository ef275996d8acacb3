// item_challenge: a member doubts an item in public; or a challenge is closed.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Claims nothing. To open, the challenger signs and is a member; it has at most one open challenge
/// of an item. To resolve (`resolve`), the challenger signs or a quorum of the operators does, and
/// the open challenge of that challenger is closed.
///
/// Writes the item's entry: the challenge comes last, or goes; then those of the containers around
/// it, which count it.
///
/// Errors in precedence order, to open: claim_count; signature_missing; member_unknown (never a
/// member, or revoked); item_unknown, item_decommissioned; challenge_exists; too_many_challenges
/// (figure: kChallengesOpenMax). To resolve: claim_count; quorum_missing (figure: how many lack);
/// item_unknown, item_decommissioned; challenge_not_open.
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const ItemChallenge& command);

}  // namespace tally::contracts
