#include "contracts/governance/member_admit.hpp"

#include <algorithm>

#include "contracts/governance/quorum.hpp"
#include "contracts/limits.hpp"

namespace tally::contracts {
namespace {

// The accreditation of the first signer that is a registrar; null if none is.
const AccreditationEntry* registrar_of(const RuleInput& input) {
  for (const auto& signer : input.transaction.signers) {
    const auto* entry =
        input.registry.get<AccreditationEntry>(accreditation_key(signer, Role::registrar));
    if (entry != nullptr && entry->revoked_ms == 0) return entry;
  }
  return nullptr;
}

Result<void> check_key(const RuleInput& input, const std::vector<PublicKey>& keys,
                       std::size_t index, bool by_operators) {
  const auto& key = keys[index];
  if (auto ok = check_named_key(key, index); !ok) return ok;
  const auto* member = input.registry.get<MemberEntry>(member_key(key));
  const auto earlier = keys.begin() + static_cast<std::ptrdiff_t>(index);
  const bool revoked = member != nullptr && member->revoked_ms != 0;
  // Anybody can name any key its agent: that must not keep its owner from becoming a member.
  if ((member != nullptr && !revoked && !member->agent) ||
      std::find(keys.begin(), earlier, key) != earlier) {
    return fail(ErrorCode::member_exists, index);
  }
  if (revoked && !by_operators) return fail(ErrorCode::readmission, index);
  return {};
}

}  // namespace

Result<Delta> apply(const RuleInput& input, const MemberAdmit& command) {
  if (auto ok = expect_counts(input, 0, 0); !ok) return std::unexpected(ok.error());
  const auto& keys = command.keys;
  if (keys.empty() || keys.size() > kMembersPerCommandMax) {
    return fail(ErrorCode::field_length, 0, kMembersPerCommandMax);
  }
  const auto quorum = input.signed_by_quorum();
  const auto* registrar = quorum ? nullptr : registrar_of(input);
  if (!quorum && registrar == nullptr) return std::unexpected(quorum.error());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (auto ok = check_key(input, keys, i, quorum.has_value()); !ok) {
      return std::unexpected(ok.error());
    }
  }
  std::optional<PublicKey> sponsor;
  if (registrar != nullptr) {
    const auto left = registrar->quota - registrar->used;
    if (keys.size() > left) return fail(ErrorCode::quota_exceeded, 0, left);
    sponsor = registrar->key;
  }
  Delta delta;
  for (const auto& key : keys) {
    delta.writes.push_back({member_key(key), MemberEntry{key, sponsor, input.block.time_ms, 0}});
  }
  if (registrar != nullptr) {
    auto after = *registrar;
    after.used += keys.size();
    delta.writes.push_back({accreditation_key(after.key, after.role), std::move(after)});
  }
  return delta;
}

}  // namespace tally::contracts
