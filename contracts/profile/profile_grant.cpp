#include "contracts/profile/profile_grant.hpp"

namespace tally::contracts {

Result<Delta> apply(const RuleInput& input, const ProfileGrant&) {
  if (auto ok = expect_counts(input, 0, 1); !ok) return std::unexpected(ok.error());
  const auto index = input.outputs.front().index;
  const auto* grant = std::get_if<Grant>(input.outputs.front().output);
  if (grant == nullptr) return fail(ErrorCode::claim_type, index);
  if (grant->reader == grant->owner || grant->expires_ms <= input.block.time_ms) {
    return fail(ErrorCode::grant_invalid, index);
  }
  if (!input.signed_by(grant->owner)) return fail(ErrorCode::signature_missing, index);
  const auto key = profile_key(grant->owner, grant->attribute_id);
  if (input.registry.get<ProfileEntry>(key) == nullptr) {
    return fail(ErrorCode::profile_attribute_unknown, index);
  }
  return Delta{};
}

}  // namespace tally::contracts
