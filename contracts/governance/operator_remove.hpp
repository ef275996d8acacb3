// The operators remove one of their number.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// `command.key` is an operator no longer; `command.quorum` holds from now on. Its membership
/// stays. Authority: a quorum of the present operators, which may hold the one that goes. Claims
/// nothing. Writes the network's entry.
///
/// Errors in precedence order: claim_count, quorum_missing (figure: signatures missing),
/// operator_unknown, quorum_invalid (not more than half of the operators that stay, or more than
/// all: so the last one cannot go; figure: how many they are).
Result<Delta> apply(const RuleInput& input, const OperatorRemove& command);

}  // namespace tally::contracts
