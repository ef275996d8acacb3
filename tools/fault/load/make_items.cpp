// Items. Whoever looks at an item, speaks about it or moves it takes it out of the pool meanwhile,
// so that nobody else comes between.
#include "fault/load/make_items.hpp"

namespace tally::fault {
namespace {

using contracts::ItemFlag;
using contracts::Role;

constexpr std::uint64_t kYearMs = 365 * contracts::kDayMs;

// The brand signs, or an agent of its own.
void sign_for_brand(World& world, Plan& plan, const KnownPrefix& prefix) {
  auto agent = world.take(world.delegations, [&](const auto& delegation) {
    return delegation.prefix == prefix.prefix && delegation.items_left >= plan.outputs.size();
  });
  if (!agent) {
    plan.sign(prefix.brand);
    return;
  }
  plan.sign(agent->agent);
  plan.references.push_back(
      {contracts::delegation_key(world.key(agent->principal), world.key(agent->agent))});
  agent->items_left -= plan.outputs.size();
  plan.kept.emplace_back(*agent);
}

MaybePlan resolve_challenge(World& world) {
  const auto item = take_item(world, [](const auto& known) { return !known.challenger.empty(); });
  if (!item) return std::nullopt;
  auto& known = world.known_items.at(item->gs1_key);
  const auto signers = world.chance(50) ? std::vector{known.challenger} : kOperators;
  auto plan = about(*item, signers,
                    contracts::ItemChallenge{item->gs1_key, world.key(known.challenger),
                                             world.hash("reason"), true});
  plan.settled = [&known] { known.challenger.clear(); };
  return plan;
}

// Of an item that has been delivered and not yet released: there will be a dispute.
MaybePlan challenge_delivered(World& world) {
  const auto order = world.take(world.orders, [&](const auto& live) {
    return live.in(contracts::OrderState::delivered) &&
           world.known_items.at(live.order.terms.lines.front().gs1_key).free();
  });
  if (!order) return std::nullopt;
  const auto& gs1_key = order->order.terms.lines.front().gs1_key;
  const auto& challenger = *world.find(world.traders);
  auto plan = signed_plan({challenger}, contracts::ItemChallenge{gs1_key, world.key(challenger),
                                                                 world.hash("reason"), false});
  plan.kept.emplace_back(*order);
  plan.settled = [&known = world.known_items.at(gs1_key), challenger] {
    known.challenger = challenger;
  };
  return plan;
}

MaybePlan clear_flag(World& world) {
  const auto item = take_item(world, [](const auto& known) { return known.flag.has_value(); });
  if (!item) return std::nullopt;
  auto& known = world.known_items.at(item->gs1_key);
  auto plan =
      about(*item, kOperators,
            contracts::ItemFlagSet{item->gs1_key, *known.flag, world.hash("reason"), 0, true});
  plan.settled = [&known] { known.flag.reset(); };
  return plan;
}

}  // namespace

MaybePlan make_item_commission(World& world) {
  const auto* prefix = prefix_of(world, false);
  if (prefix == nullptr) return std::nullopt;
  KnownItem known{prefix->brand, true};
  if (world.chance(50)) {
    known.attributes = {{"colour", world.hash("colour")}, {"size", world.hash("size")}};
  }
  Plan plan;
  for (auto count = world.between(1, 4); count > 0; --count) {
    plan.outputs.emplace_back(contracts::Item{bag(prefix->prefix, ++world.serial),
                                              world.any_lock(*world.find(world.traders))});
  }
  sign_for_brand(world, plan, *prefix);
  remember_items(world, plan, known);
  plan.body = contracts::ItemCommission{prefix->prefix, world.hash("made"), known.attributes};
  return plan;
}

MaybePlan make_item_admit(World& world) {
  const auto* prefix = prefix_of(world, true);
  if (prefix == nullptr) return std::nullopt;
  auto plan = signed_plan(
      {prefix->brand}, contracts::ItemAdmit{world.key(prefix->brand), world.hash("evidence"), {}});
  plan.outputs.emplace_back(
      contracts::Item{"8004/" + prefix->prefix + std::to_string(++world.serial),
                      world.any_lock(*world.find(world.traders))});
  remember_items(world, plan, KnownItem{prefix->brand, false});
  return plan;
}

MaybePlan make_item_observe(World& world) {
  const auto item = take_free(world);
  if (!item) return std::nullopt;
  contracts::ItemObserve observe;
  observe.gs1_keys = {item->gs1_key};
  observe.event_hash = world.hash("event");
  if (world.chance(50)) observe.disposition = contracts::Disposition::in_transit;
  if (world.chance(30)) observe.custodian = world.hash("custodian");
  if (world.chance(30)) observe.container = world.hash("container");
  if (world.chance(30)) observe.place = world.hash("place");
  return about(*item, {world.known_items.at(item->gs1_key).authority}, std::move(observe));
}

MaybePlan make_item_transfer(World& world) {
  const auto item = take_item(world, [](const auto& known) { return !known.flag; });
  if (!item) return std::nullopt;
  Plan plan;
  plan.spend(*item);
  plan.outputs.emplace_back(
      contracts::Item{item->gs1_key, world.any_lock(*world.find(world.traders))});
  contracts::ItemTransfer transfer;
  if (world.chance(30)) transfer.event_hash = world.hash("event");
  plan.body = transfer;
  return plan;
}

MaybePlan make_item_attest(World& world) {
  const auto* appraiser =
      world.find(world.accredited, [](const auto& known) { return known.role == Role::appraiser; });
  if (appraiser == nullptr) return std::nullopt;
  const auto item =
      take_item(world, [&](const auto& known) { return known.authority != appraiser->name; });
  if (!item) return std::nullopt;
  const bool genuine = world.chance(80);
  contracts::ItemAttest attest;
  attest.gs1_key = item->gs1_key;
  attest.appraiser = world.key(appraiser->name);
  attest.verdict = genuine ? contracts::Verdict::genuine : contracts::Verdict::inconclusive;
  attest.confidence_bps = static_cast<std::uint32_t>(world.between(1, contracts::kBasisPoints));
  attest.method_hash = world.hash("method");
  attest.evidence_hash = world.hash("evidence");
  auto plan = about(*item, {appraiser->name}, std::move(attest));
  // Only the latest verdict of each appraiser counts: a first one makes it genuine, a second of the
  // same may take that back.
  plan.settled = [&known = world.known_items.at(item->gs1_key), genuine] {
    known.genuine = genuine;
  };
  return plan;
}

MaybePlan make_item_challenge(World& world) {
  const auto turn = world.below(3);
  auto plan = turn == 0 ? challenge_delivered(world) : MaybePlan{};
  if (!plan && turn <= 1) plan = resolve_challenge(world);
  if (plan) return plan;
  const auto item = take_free(world);
  if (!item) return std::nullopt;
  const auto& challenger = *world.find(world.traders);
  plan = about(
      *item, {challenger},
      contracts::ItemChallenge{item->gs1_key, world.key(challenger), world.hash("reason"), false});
  plan->settled = [&known = world.known_items.at(item->gs1_key), challenger] {
    known.challenger = challenger;
  };
  return plan;
}

MaybePlan make_item_flag_set(World& world) {
  if (world.chance(50)) {
    if (auto plan = clear_flag(world)) return plan;
  }
  constexpr std::array kFlags{ItemFlag::stolen, ItemFlag::recalled, ItemFlag::counterfeit};
  const auto item = take_free(world);
  if (!item) return std::nullopt;
  auto& known = world.known_items.at(item->gs1_key);
  const auto flag = kFlags[world.below(kFlags.size())];
  auto plan = about(*item, kOperators,
                    contracts::ItemFlagSet{item->gs1_key, flag, world.hash("reason"),
                                           world.now_ms + kYearMs, false});
  plan.sign(known.authority);
  plan.settled = [&known, flag] { known.flag = flag; };
  return plan;
}

MaybePlan make_item_decommission(World& world) {
  const auto item =
      take_item(world, [](const auto& known) { return !known.flag && known.packed.empty(); });
  if (!item) return std::nullopt;
  Plan plan;
  plan.spend(*item);
  plan.body = contracts::ItemDecommission{world.hash("end")};
  plan.settled = [&world, gs1_key = item->gs1_key] { world.known_items.erase(gs1_key); };
  return plan;
}

MaybePlan make_item_claim(World& world) {
  // Possible from the first block on: the operators are members.
  const auto* trader = world.find(world.traders);
  const auto& claimant = trader == nullptr ? kOperators.front() : *trader;
  contracts::ItemClaim claim{world.key(claimant), world.hash("claim"), {}};
  for (auto count = world.below(3); count > 0; --count) {
    claim.gs1_keys.push_back(bag("950000000", ++world.serial));
  }
  return signed_plan({claimant}, std::move(claim));
}

}  // namespace tally::fault
