// An issuer gets a licence for a kind of asset.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// `command.issuer` may define and issue assets of `command.kind`. Only payment tokens need it. A
/// revoked licence can be granted again. Authority: a quorum of the operators. Claims nothing.
/// Writes the licence.
///
/// Errors in precedence order: claim_count, quorum_missing (figure: signatures missing),
/// invalid_key (zero), licence_exists.
Result<Delta> apply(const RuleInput& input, const LicenceGrant& command);

}  // namespace tally::contracts
