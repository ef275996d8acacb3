#include "contracts/delegation/delegation_grant.hpp"

#include <algorithm>
#include <functional>

#include "contracts/delegation/authority.hpp"
#include "contracts/limits.hpp"
#include "contracts/membership.hpp"

namespace tally::contracts {
namespace {

template <typename T>
bool strictly_ascending(const std::vector<T>& values) {
  return std::ranges::adjacent_find(values, std::ranges::greater_equal{}) == values.end();
}

bool valid_command(CommandNumber number) { return command_name(number) != "unknown"; }

bool valid_prefix(std::string_view prefix) {
  return prefix.size() >= kPrefixDigitsMin && prefix.size() <= kPrefixDigitsMax &&
         std::ranges::all_of(prefix, [](char c) { return c >= '0' && c <= '9'; });
}

bool valid_powers(const DelegationPowers& powers, std::uint64_t time_ms) {
  return !powers.commands.empty() && powers.commands.size() <= kDelegationCommandsMax &&
         strictly_ascending(powers.commands) &&
         std::ranges::all_of(powers.commands, valid_command) &&
         powers.prefixes.size() <= kDelegationPrefixesMax && strictly_ascending(powers.prefixes) &&
         std::ranges::all_of(powers.prefixes, valid_prefix) &&
         powers.places.size() <= kDelegationPlacesMax && strictly_ascending(powers.places) &&
         powers.asset.has_value() == (powers.amount_max > 0) && powers.until_ms > time_ms &&
         powers.until_ms - time_ms <= kDelegationMsMax;
}

}  // namespace

Result<Delta> apply(const RuleInput& input, const DelegationGrant& command) {
  if (auto ok = expect_counts(input, 0, 0); !ok) return std::unexpected(ok.error());
  const auto now_ms = input.block.time_ms;
  if (command.agent == command.principal || !valid_powers(command.powers, now_ms)) {
    return fail(ErrorCode::delegation_invalid);
  }
  if (!input.signed_by(command.principal)) return fail(ErrorCode::signature_missing);
  // Else a revoked member could come back as an agent of its own.
  const auto answering = answering_member(input.registry, command.principal);
  if (!answering) return fail(ErrorCode::member_unknown);

  const auto key = delegation_key(command.principal, command.agent);
  const auto* existing = input.registry.get<DelegationEntry>(key);
  if (existing != nullptr && live(*existing, now_ms)) return fail(ErrorCode::delegation_exists);

  Delta delta;
  delta.writes.push_back({key, DelegationEntry{.principal = command.principal,
                                               .agent = command.agent,
                                               .powers = command.powers,
                                               .since_ms = now_ms}});
  if (input.registry.get<MemberEntry>(member_key(command.agent)) == nullptr) {
    delta.writes.push_back({member_key(command.agent), MemberEntry{.key = command.agent,
                                                                   .sponsor = (*answering)->key,
                                                                   .since_ms = now_ms,
                                                                   .revoked_ms = 0,
                                                                   .agent = true}});
  }
  return delta;
}

}  // namespace tally::contracts
