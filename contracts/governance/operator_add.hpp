// The operators admit one more to their number.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// `command.key` becomes an operator, and a member if it is not one; `command.quorum` holds from
/// now on. Authority: a quorum of the present operators. Claims nothing. Writes the network's
/// entry, and the member's if it is new or was revoked.
///
/// Errors in precedence order: claim_count, quorum_missing (figure: signatures missing),
/// invalid_key (zero), operator_exists, too_many_operators (figure: kOperatorsMax), quorum_invalid
/// (not more than half of the operators to be, or more than all; figure: how many they are).
Result<Delta> apply(const RuleInput& input, const OperatorAdd& command);

}  // namespace tally::contracts
