// Membership: who may submit, and who answers for it. A member is admitted by the operators or a
// registrar; an agent is one only by the member whose key it works for. The source is the design's
// ledger page, "Outcomes" and "Who may call".
#pragma once

#include "contracts/error_code.hpp"
#include "contracts/registry.hpp"
#include "contracts/transaction.hpp"

namespace tally::contracts {

/// The member that answers for what `key` submits: itself, or for an agent its sponsor, who is
/// never an agent. What a registrar enrolled stays a member when the registrar goes; an agent does
/// not outlive the membership of its sponsor. Errors in precedence order: not_a_member,
/// member_revoked (the key's membership, or its sponsor's).
[[nodiscard]] Result<const MemberEntry*> answering_member(const Registry& registry,
                                                          const PublicKey& key);

/// Whether a transaction may stand in a block at `time_ms` at all, as settled or as rejected:
/// whoever may not is answered and never journaled. Errors in precedence order: those of
/// answering_member() for the first signer, if there is one; expired (figure: valid_until_ms),
/// valid_too_long (figure: kValidityMsMax). Neither of these two is final for the journal: time
/// settles the first for ever, and the second only for now.
[[nodiscard]] Result<void> check_submission(const Transaction& transaction,
                                            const Registry& registry, std::uint64_t time_ms);

}  // namespace tally::contracts
