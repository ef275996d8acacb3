// Accounts become members: by the operators, or by a registrar within its quota.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Every key of `command.keys` is a member from now on. Authority: a quorum of the operators, or
/// else the first signer that is an accredited registrar, who becomes the members' sponsor and pays
/// with its quota. Only the operators can admit again whom they have revoked. An agent becomes a
/// member in its own right. Claims nothing.
/// Writes a member entry for each key, and the registrar's accreditation.
///
/// Errors in precedence order: claim_count, field_length (no key or too many; figure:
/// kMembersPerCommandMax), quorum_missing (no registrar either), then for each key, whose index is
/// the error's: invalid_key (zero), member_exists (or twice in the list), readmission (by a
/// registrar); last quota_exceeded (figure: what is left of it).
Result<Delta> apply(const RuleInput& input, const MemberAdmit& command);

}  // namespace tally::contracts
