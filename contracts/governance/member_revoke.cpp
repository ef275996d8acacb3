#include "contracts/governance/member_revoke.hpp"

#include "contracts/governance/quorum.hpp"

namespace tally::contracts {

Result<Delta> apply(const RuleInput& input, const MemberRevoke& command) {
  if (auto ok = check_governance(input); !ok) return std::unexpected(ok.error());
  const auto key = member_key(command.key);
  const auto* member = input.registry.get<MemberEntry>(key);
  if (member == nullptr || member->revoked_ms != 0) return fail(ErrorCode::member_unknown);
  auto after = *member;
  after.revoked_ms = input.block.time_ms;
  return Delta{{{key, std::move(after)}}};
}

}  // namespace tally::contracts
