#include "contracts/governance/licence_revoke.hpp"

#include "contracts/governance/quorum.hpp"

namespace tally::contracts {

Result<Delta> apply(const RuleInput& input, const LicenceRevoke& command) {
  if (auto ok = check_governance(input); !ok) return std::unexpected(ok.error());
  const auto key = licence_key(command.issuer, command.kind);
  const auto* entry = input.registry.get<LicenceEntry>(key);
  if (entry == nullptr || entry->revoked_ms != 0) return fail(ErrorCode::licence_unknown);
  auto after = *entry;
  after.revoked_ms = input.block.time_ms;
  return Delta{{{key, std::move(after)}}};
}

}  // namespace tally::contracts
