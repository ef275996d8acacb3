#include "contracts/governance/accreditation_revoke.hpp"

#include "contracts/governance/quorum.hpp"

namespace tally::contracts {

Result<Delta> apply(const RuleInput& input, const AccreditationRevoke& command) {
  if (auto ok = check_governance(input); !ok) return std::unexpected(ok.error());
  const auto key = accreditation_key(command.key, command.role);
  const auto* entry = input.registry.get<AccreditationEntry>(key);
  if (entry == nullptr || entry->revoked_ms != 0) return fail(ErrorCode::accreditation_unknown);
  auto after = *entry;
  after.revoked_ms = input.block.time_ms;
  return Delta{{{key, std::move(after)}}};
}

}  // namespace tally::contracts
