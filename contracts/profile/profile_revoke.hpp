// profile_revoke: an owner takes grants back, live or expired.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Claims one Grant in or more and nothing out; the owner of each itself signs. Writes nothing: the
/// spent output is the revocation.
///
/// Errors in precedence order: claim_count (index: the first input or output), claim_type (index:
/// the input); signature_missing (index: the first input whose owner has not signed).
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const ProfileRevoke& command);

}  // namespace tally::contracts
