// profile_set: an owner commits to the value of an attribute of its profile.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Claims nothing. The owner itself signs. The first version is 1, each next one is greater by 1.
///
/// Writes the attribute's entry: commitment, version and the block's time.
///
/// Errors in precedence order: claim_count; signature_missing (the owner's); profile_version
/// (figure: the version that is next).
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const ProfileSet& command);

}  // namespace tally::contracts
