// Delegations and profiles.
#include "fault/load/makers.hpp"

namespace tally::fault {
namespace {

constexpr std::uint64_t kYearMs = 365 * contracts::kDayMs;
constexpr std::uint64_t kAmountMax = 1'000'000;
constexpr std::uint64_t kItemsMax = 10'000;

}  // namespace

MaybePlan make_delegation_grant(World& world) {
  const auto* principal = world.find(world.traders);
  if (principal == nullptr) return std::nullopt;
  HeldDelegation held{*principal, world.fresh("agent"), std::nullopt, 0, "", 0};
  contracts::DelegationPowers powers;
  powers.commands = {contracts::AssetTransfer::kNumber, contracts::ItemCommission::kNumber};
  powers.until_ms = world.now_ms + kYearMs;
  const auto* asset = world.find(world.assets, [](const auto& known) { return !known.spare; });
  if (asset != nullptr) {
    powers.asset = held.asset = asset->id;
    powers.amount_max = held.amount_left = kAmountMax;
  }
  const auto* prefix = world.find(
      world.prefixes, [&](const auto& known) { return known.brand == *principal && known.used; });
  if (prefix != nullptr) {
    powers.prefixes = {held.prefix = prefix->prefix};
    powers.items_max = held.items_left = kItemsMax;
  }
  auto plan = signed_plan({*principal}, contracts::DelegationGrant{world.key(*principal),
                                                                   world.key(held.agent), powers});
  plan.settled = [&world, held] { world.delegations.push_back(held); };
  return plan;
}

MaybePlan make_delegation_revoke(World& world) {
  const auto held = world.take(world.delegations);
  if (!held) return std::nullopt;
  auto plan = signed_plan({held->principal}, contracts::DelegationRevoke{world.key(held->principal),
                                                                         world.key(held->agent)});
  plan.rejected = [&world, held = *held] { world.delegations.push_back(held); };
  return plan;
}

MaybePlan make_profile_set(World& world) {
  auto held = world.chance(50) ? world.take(world.profiles) : std::nullopt;
  const bool is_new = !held;
  if (is_new) {
    const auto* owner = world.find(world.traders);
    if (owner == nullptr) return std::nullopt;
    held = HeldProfile{*owner, world.hash("attribute"), 0};
  }
  auto plan =
      signed_plan({held->owner}, contracts::ProfileSet{world.key(held->owner), held->attribute_id,
                                                       world.hash("value"), held->version + 1});
  plan.rejected = [&world, is_new, before = *held] {
    if (!is_new) world.profiles.push_back(before);
  };
  ++held->version;
  plan.settled = [&world, after = *held] { world.profiles.push_back(after); };
  return plan;
}

MaybePlan make_profile_grant(World& world) {
  const auto* profile = world.find(world.profiles);
  if (profile == nullptr) return std::nullopt;
  const auto* reader = world.other_trader(profile->owner);
  if (reader == nullptr) return std::nullopt;
  auto plan = signed_plan({profile->owner}, contracts::ProfileGrant{});
  plan.outputs.emplace_back(contracts::Grant{world.key(profile->owner), profile->attribute_id,
                                             world.key(*reader), world.hash("grant"),
                                             world.now_ms + kYearMs});
  return plan;
}

MaybePlan make_profile_revoke(World& world) {
  const auto grant = world.take(world.grants);
  if (!grant) return std::nullopt;
  Plan plan;
  plan.spend(*grant);
  plan.body = contracts::ProfileRevoke{};
  return plan;
}

}  // namespace tally::fault
