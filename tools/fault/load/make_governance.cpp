// What the operators decide. operator-1 and operator-2 are the quorum and stay; a third comes and
// goes. What is revoked is never what others rely on: of each kind some are made to be revoked.
#include "fault/load/makers.hpp"

namespace tally::fault {
namespace {

using contracts::AssetKind;
using contracts::Role;

constexpr std::uint32_t kQuorum = 2;
constexpr std::uint64_t kRegistrarQuota = 100'000;
constexpr unsigned kIdlePct = 40;

// A change of the third operator: nobody else may change it until this one has its answer.
Plan change_third(World& world, contracts::CommandBody body, std::string to) {
  auto plan = signed_plan(kOperators, std::move(body));
  plan.settled = [&world, to = std::move(to)] { world.third_operator = to; };
  plan.rejected = [&world, from = *world.third_operator] { world.third_operator = from; };
  world.third_operator.reset();
  return plan;
}

bool has_third(const World& world) {
  return world.third_operator && !world.third_operator->empty();
}

constexpr std::string_view role_name(Role role) {
  switch (role) {
    case Role::appraiser:
      return "appraiser";
    case Role::centre:
      return "centre";
    case Role::carrier:
      return "carrier";
    case Role::registrar:
      return "registrar";
  }
  return "";
}

void welcome(World& world, const std::string& name) {
  if (world.traders.size() >= world.traders_max) {
    world.bystanders.push_back(name);
    return;
  }
  world.traders.push_back(name);
  world.unlicensed.push_back(name);
  for (const auto role : {Role::appraiser, Role::centre, Role::carrier, Role::registrar}) {
    world.unaccredited.push_back({name, role});
  }
}

}  // namespace

MaybePlan make_operator_add(World& world) {
  if (!world.third_operator || !world.third_operator->empty()) return std::nullopt;
  const auto name = world.fresh("deputy");
  return change_third(world, contracts::OperatorAdd{world.key(name), kQuorum}, name);
}

MaybePlan make_operator_remove(World& world) {
  if (!has_third(world)) return std::nullopt;
  const auto key = world.key(*world.third_operator);
  return change_third(world, contracts::OperatorRemove{key, kQuorum}, "");
}

MaybePlan make_operator_rotate(World& world) {
  if (!has_third(world)) return std::nullopt;
  const auto old_key = world.key(*world.third_operator);
  const auto name = world.fresh("deputy");
  return change_third(world, contracts::OperatorRotate{old_key, world.key(name)}, name);
}

MaybePlan make_member_admit(World& world) {
  contracts::MemberAdmit admit;
  std::vector<std::string> names;
  for (auto count = world.between(1, 3); count > 0; --count) {
    names.push_back(world.fresh("member"));
    admit.keys.push_back(world.key(names.back()));
  }
  const auto* registrar =
      world.find(world.accredited, [](const auto& known) { return known.role == Role::registrar; });
  const bool enrolled = registrar != nullptr && world.chance(50);
  auto plan = signed_plan(enrolled ? std::vector{registrar->name} : kOperators, std::move(admit));
  plan.settled = [&world, names] {
    for (const auto& name : names) welcome(world, name);
  };
  return plan;
}

MaybePlan make_member_revoke(World& world) {
  const auto name = world.take(world.bystanders);
  if (!name) return std::nullopt;
  auto plan =
      signed_plan(kOperators, contracts::MemberRevoke{world.key(*name), world.hash("reason")});
  plan.rejected = [&world, name = *name] { world.bystanders.push_back(name); };
  return plan;
}

MaybePlan make_prefix_register(World& world) {
  const auto* brand = world.find(world.traders);
  if (brand == nullptr) return std::nullopt;
  constexpr std::uint64_t kFirst = 950'000'000;  // nine digits each, so that none overlaps
  const KnownPrefix known{std::to_string(kFirst + ++world.serial % 40'000'000), *brand};
  auto plan = signed_plan(kOperators, contracts::PrefixRegister{known.prefix, world.key(*brand),
                                                                world.hash("evidence")});
  plan.settled = [&world, known] { world.prefixes.push_back(known); };
  return plan;
}

MaybePlan make_prefix_withdraw(World& world) {
  const auto known = world.take(world.prefixes, [](const auto& prefix) { return !prefix.used; });
  if (!known) return std::nullopt;
  auto plan =
      signed_plan(kOperators, contracts::PrefixWithdraw{known->prefix, world.hash("reason")});
  plan.rejected = [&world, known = *known] { world.prefixes.push_back(known); };
  return plan;
}

MaybePlan make_accredit(World& world) {
  constexpr std::array kRoles{Role::appraiser, Role::centre, Role::carrier, Role::registrar};
  auto known = world.chance(kIdlePct) ? std::nullopt : world.take(world.unaccredited);
  const bool idle = !known;
  if (idle) {
    const auto role = kRoles[world.below(kRoles.size())];
    known = KnownAccreditation{world.fresh(role_name(role)), role};
  }
  auto plan = signed_plan(
      kOperators, contracts::Accredit{world.key(known->name), known->role, world.hash("evidence"),
                                      known->role == Role::registrar ? kRegistrarQuota : 0});
  plan.settled = [&world, idle, known = *known] {
    (idle ? world.idle_accreditations : world.accredited).push_back(known);
  };
  plan.rejected = [&world, idle, known = *known] {
    if (!idle) world.unaccredited.push_back(known);
  };
  return plan;
}

MaybePlan make_accreditation_revoke(World& world) {
  const auto known = world.take(world.idle_accreditations);
  if (!known) return std::nullopt;
  auto plan = signed_plan(
      kOperators,
      contracts::AccreditationRevoke{world.key(known->name), known->role, world.hash("reason")});
  plan.rejected = [&world, known = *known] { world.idle_accreditations.push_back(known); };
  return plan;
}

MaybePlan make_licence_grant(World& world) {
  auto name = world.chance(kIdlePct) ? std::nullopt : world.take(world.unlicensed);
  const bool idle = !name;
  if (idle) name = world.fresh("issuer");
  auto plan = signed_plan(kOperators, contracts::LicenceGrant{world.key(*name), AssetKind::payment,
                                                              world.hash("evidence")});
  plan.settled = [&world, idle, name = *name] {
    (idle ? world.idle_licences : world.licensed).push_back(name);
  };
  plan.rejected = [&world, idle, name = *name] {
    if (!idle) world.unlicensed.push_back(name);
  };
  return plan;
}

MaybePlan make_licence_revoke(World& world) {
  const auto name = world.take(world.idle_licences);
  if (!name) return std::nullopt;
  auto plan = signed_plan(kOperators, contracts::LicenceRevoke{world.key(*name), AssetKind::payment,
                                                               world.hash("reason")});
  plan.rejected = [&world, name = *name] { world.idle_licences.push_back(name); };
  return plan;
}

}  // namespace tally::fault
