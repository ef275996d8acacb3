// An operator's key is replaced, as a precaution or because it was stolen (Ronin, 2022).
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// `command.new_key` stands in the place of `command.old_key`; the quorum stays. The new key
/// becomes a member if it is not one; the old key's membership stays. Authority: a quorum of the
/// present operators, without need of the old key, which may be lost. Claims nothing. Writes the
/// network's entry, and the new key's member entry if it is new or was revoked.
///
/// Errors in precedence order: claim_count, quorum_missing (figure: signatures missing),
/// invalid_key (zero), operator_unknown (the old key), operator_exists (the new key).
Result<Delta> apply(const RuleInput& input, const OperatorRotate& command);

}  // namespace tally::contracts
