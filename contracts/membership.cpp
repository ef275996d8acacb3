#include "contracts/membership.hpp"

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

}  // namespace tally::contracts
