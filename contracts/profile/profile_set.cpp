#include "contracts/profile/profile_set.hpp"

namespace tally::contracts {

Result<Delta> apply(const RuleInput& input, const ProfileSet& command) {
  if (auto ok = expect_counts(input, 0, 0); !ok) return std::unexpected(ok.error());
  if (!input.signed_by(command.owner)) return fail(ErrorCode::signature_missing);
  const auto key = profile_key(command.owner, command.attribute_id);
  const auto* before = input.registry.get<ProfileEntry>(key);
  const auto next = before == nullptr ? 1 : before->version + 1;
  if (command.version != next) return fail(ErrorCode::profile_version, 0, next);
  return Delta{{{key, ProfileEntry{.owner = command.owner,
                                   .attribute_id = command.attribute_id,
                                   .commitment = command.commitment,
                                   .version = command.version,
                                   .since_ms = input.block.time_ms}}}};
}

}  // namespace tally::contracts
