// profile_grant: an owner lets a reader read one attribute until a time.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Claims no input and one Grant out; the grant's owner itself signs. Writes nothing: the output is
/// the permission.
///
/// Errors in precedence order: claim_count, claim_type (index: the input or output); then with the
/// output's index, grant_invalid (the reader is the owner, or the expiry is not after the block's
/// time); signature_missing (the owner's); profile_attribute_unknown.
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const ProfileGrant& command);

}  // namespace tally::contracts
