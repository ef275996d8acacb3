#include "contracts/governance/licence_grant.hpp"

#include "contracts/governance/quorum.hpp"

namespace tally::contracts {

Result<Delta> apply(const RuleInput& input, const LicenceGrant& command) {
  if (auto ok = check_governance(input); !ok) return std::unexpected(ok.error());
  if (auto ok = check_named_key(command.issuer); !ok) return std::unexpected(ok.error());
  const auto key = licence_key(command.issuer, command.kind);
  const auto* entry = input.registry.get<LicenceEntry>(key);
  if (entry != nullptr && entry->revoked_ms == 0) return fail(ErrorCode::licence_exists);
  LicenceEntry after;
  after.issuer = command.issuer;
  after.kind = command.kind;
  after.evidence_hash = command.evidence_hash;
  after.since_ms = input.block.time_ms;
  return Delta{{{key, std::move(after)}}};
}

}  // namespace tally::contracts
