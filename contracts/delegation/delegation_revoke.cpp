#include "contracts/delegation/delegation_revoke.hpp"

namespace tally::contracts {

Result<Delta> apply(const RuleInput& input, const DelegationRevoke& command) {
  if (auto ok = expect_counts(input, 0, 0); !ok) return std::unexpected(ok.error());
  if (!input.signed_by(command.principal)) return fail(ErrorCode::signature_missing);
  const auto key = delegation_key(command.principal, command.agent);
  const auto* existing = input.registry.get<DelegationEntry>(key);
  if (existing == nullptr || existing->revoked_ms != 0) return fail(ErrorCode::delegation_unknown);

  auto entry = *existing;
  entry.revoked_ms = input.block.time_ms;
  return Delta{{{key, std::move(entry)}}};
}

}  // namespace tally::contracts
