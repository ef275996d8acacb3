// Membership: who may submit, and who answers for it. A member is admitted by the operators or a
// registrar; an agent is one only by the member whose key it works for. The source is the design's
// ledger page, "Outcomes" and "Who may call".
#pragma once

#include "contracts/error_code.hpp"
#include "contracts/registry.hpp"

namespace tally::contracts {

/// The member that answers for what `key` submits: itself, or for an agent its sponsor, who is never
/// an agent. What a registrar enrolled stays a member when the registrar goes; an agent does not
/// outlive the membership of its sponsor. Errors in precedence order: not_a_member, member_revoked
/// (the key's membership, or its sponsor's).
[[nodiscard]] Result<const MemberEntry*> answering_member(const Registry& registry,
                                                          const PublicKey& key);

}  // namespace tally::contracts
