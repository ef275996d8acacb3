#include "contracts/governance/accredit.hpp"

#include "contracts/governance/quorum.hpp"

namespace tally::contracts {

Result<Delta> apply(const RuleInput& input, const Accredit& command) {
  if (auto ok = check_governance(input); !ok) return std::unexpected(ok.error());
  if (auto ok = check_named_key(command.key); !ok) return std::unexpected(ok.error());
  if ((command.role == Role::registrar) != (command.quota > 0)) {
    return fail(ErrorCode::field_value);
  }
  const auto key = accreditation_key(command.key, command.role);
  const auto* entry = input.registry.get<AccreditationEntry>(key);
  if (entry != nullptr && entry->revoked_ms == 0) return fail(ErrorCode::accreditation_exists);
  AccreditationEntry after;
  after.key = command.key;
  after.role = command.role;
  after.evidence_hash = command.evidence_hash;
  after.quota = command.quota;
  after.since_ms = input.block.time_ms;
  return Delta{{{key, std::move(after)}}};
}

}  // namespace tally::contracts
