// Appraisers, centres, carriers and registrars get their accreditation.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// `command.key` has `command.role` from now on, with the quota of a registrar. A revoked
/// accreditation can be granted again; it starts anew. Authority: a quorum of the operators. Claims
/// nothing. Writes the accreditation.
///
/// Errors in precedence order: claim_count, quorum_missing (figure: signatures missing),
/// invalid_key (zero), field_value (a registrar without a quota, or another role with one),
/// accreditation_exists.
Result<Delta> apply(const RuleInput& input, const Accredit& command);

}  // namespace tally::contracts
