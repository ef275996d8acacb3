// An issuer's licence ends.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// `command.issuer` neither defines nor issues assets of `command.kind` from this block on. What
/// was issued before moves and is redeemed as ever. Authority: a quorum of the operators. Claims
/// nothing. Writes the licence.
///
/// Errors in precedence order: claim_count, quorum_missing (figure: signatures missing),
/// licence_unknown (or revoked already).
Result<Delta> apply(const RuleInput& input, const LicenceRevoke& command);

}  // namespace tally::contracts
