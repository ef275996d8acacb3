#include "contracts/membership.hpp"

#include "contracts/limits.hpp"

namespace tally::contracts {

Result<const MemberEntry*> answering_member(const Registry& registry, const PublicKey& key) {
  const auto* member = registry.get<MemberEntry>(member_key(key));
  if (member == nullptr) return fail(ErrorCode::not_a_member);
  if (member->revoked_ms != 0) return fail(ErrorCode::member_revoked);
  if (!member->agent) return member;
  const auto* sponsor =
      member->sponsor ? registry.get<MemberEntry>(member_key(*member->sponsor)) : nullptr;
  if (sponsor == nullptr || sponsor->revoked_ms != 0) return fail(ErrorCode::member_revoked);
  return sponsor;
}

Result<void> check_submission(const Transaction& transaction, const Registry& registry,
                              std::uint64_t time_ms) {
  if (!transaction.signers.empty()) {
    const auto member = answering_member(registry, transaction.signers.front());
    if (!member) return std::unexpected(member.error());
  }
  const auto until_ms = transaction.valid_until_ms;
  if (until_ms < time_ms) return fail(ErrorCode::expired, 0, until_ms);
  if (until_ms - time_ms > kValidityMsMax) {
    return fail(ErrorCode::valid_too_long, 0, kValidityMsMax);
  }
  return {};
}

}  // namespace tally::contracts
