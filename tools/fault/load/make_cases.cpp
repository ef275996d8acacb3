// Cases. Panels have two judges of two appraisers each, so that who is drawn is known without
// looking: both. They always agree; a challenge finds nobody else, and ends the case at once.
#include <algorithm>

#include "fault/load/makers.hpp"

namespace tally::fault {
namespace {

using contracts::ErrorCode;
using contracts::Role;
using contracts::Verdict;

constexpr std::uint64_t kUnit = 1;  // fee and bonds: coins are small
constexpr std::size_t kJudges = 2;
constexpr std::uint64_t kStakeKept = 3;

contracts::PanelTerms terms(bool hasty) {
  contracts::PanelTerms out;
  out.judges = out.agreeing = kJudges;
  out.fee = out.bond = out.challenge_bond = kUnit;
  out.absence_bps = contracts::kBasisPoints;
  out.commit_ms = out.reveal_ms = contracts::kCasePeriodMsMax;
  out.challenge_ms = hasty ? contracts::kCasePeriodMsMin : contracts::kCasePeriodMsMax;
  out.open_max = contracts::kOpenCasesMax;
  return out;
}

// A coin of the asset that its owner's key opens, and that pays `amount`; the rest comes back.
bool pay(World& world, Plan& plan, const contracts::AssetId& asset, std::uint64_t amount) {
  const auto coin = world.take(world.coins, [&](const auto& held) {
    return held.plain && held.asset == asset && held.amount >= amount;
  });
  if (!coin) return false;
  plan.spend(*coin);
  if (coin->amount > amount) {
    plan.outputs.emplace_back(
        contracts::Coin{asset, coin->amount - amount, world.key_lock(coin->opening.owner())});
  }
  return true;
}

std::optional<LiveCase> take_case(World& world, CaseStep step) {
  return world.take(world.cases, [&](const auto& live) { return live.step == step; });
}

// A step of a case, which comes back as `next` says, or as it was.
Plan step(World& world, const LiveCase& live, std::vector<std::string> signers,
          contracts::CommandBody body, LiveCase next) {
  auto plan = signed_plan(std::move(signers), std::move(body));
  // The node may be a block late with its part, or early.
  plan.may_fail = {ErrorCode::case_state, ErrorCode::case_deadline_passed};
  plan.settled = [&world, next = std::move(next)] { world.cases.push_back(next); };
  plan.rejected = [&world, live] { world.cases.push_back(live); };
  return plan;
}

contracts::Finding finding(const LiveCase& live) {
  return {live.verdict, 9'000, live.id.bytes, live.id.bytes};
}

bool judges(const KnownPanel& panel, const std::string& name) {
  return std::ranges::find(panel.judges, name, &KnownJudge::name) != panel.judges.end();
}

}  // namespace

MaybePlan make_panel_define(World& world) {
  const auto* asset = world.find(world.assets, [](const auto& known) {
    return known.kind == contracts::AssetKind::payment && !known.spare;
  });
  if (asset == nullptr) return std::nullopt;
  const auto id = asset->id;
  const auto known = world.panels.find(id);
  const bool hasty = known == world.panels.end() ? world.chance(50) : known->second.hasty;
  auto plan = signed_plan(kOperators, contracts::PanelDefine{id, terms(hasty)});
  plan.settled = [&world, id, hasty] { world.panels.try_emplace(id, KnownPanel{hasty, {}}); };
  return plan;
}

MaybePlan make_appraiser_bond(World& world) {
  for (auto& [asset, panel] : world.panels) {
    const auto* appraiser = world.find(world.accredited, [&](const auto& known) {
      return known.role == Role::appraiser &&
             (panel.judges.size() < kJudges || judges(panel, known.name));
    });
    if (appraiser == nullptr || panel.busy) continue;
    const auto name = appraiser->name;
    Plan plan;
    if (!pay(world, plan, asset, kUnit)) continue;
    plan.sign(name);
    plan.body = contracts::AppraiserBond{world.key(name), asset, kUnit};
    panel.busy = true;
    plan.settled = [&panel, name] {
      panel.busy = false;
      if (!judges(panel, name)) panel.judges.push_back({name, 0});
      ++std::ranges::find(panel.judges, name, &KnownJudge::name)->free;
    };
    plan.rejected = [&panel] { panel.busy = false; };
    return plan;
  }
  return std::nullopt;
}

MaybePlan make_appraiser_withdraw(World& world) {
  for (auto& [asset, panel] : world.panels) {
    for (auto& judge : panel.judges) {
      if (judge.free < kStakeKept + kUnit) continue;
      judge.free -= kUnit;
      auto plan = signed_plan({judge.name},
                              contracts::AppraiserWithdraw{world.key(judge.name), asset, kUnit});
      plan.outputs.emplace_back(contracts::Coin{asset, kUnit, world.key_lock(judge.name)});
      plan.rejected = [&panel, name = judge.name] {
        std::ranges::find(panel.judges, name, &KnownJudge::name)->free += kUnit;
      };
      return plan;
    }
  }
  return std::nullopt;
}

MaybePlan make_case_open(World& world) {
  for (auto& [asset, panel] : world.panels) {
    const auto* found = world.find(world.traders, [&](const auto& name) {
      return !judges(panel, name) && !world.asking.contains(name);
    });
    const bool ready = panel.judges.size() == kJudges &&
                       std::ranges::all_of(panel.judges, [](const auto& j) { return j.free > 0; });
    if (!ready || found == nullptr) continue;
    const auto requester = *found;
    contracts::CaseOpen open;
    open.requester = world.key(requester);
    open.asset = asset;
    open.nonce = world.hash("nonce");
    const LiveCase live{
        contracts::case_id(open.requester, open.nonce),     asset, requester, CaseStep::commit, 0,
        world.chance(50) ? Verdict::genuine : Verdict::fake};
    open.sealed_hash = contracts::case_answer(live.id, Verdict::fake, live.id.bytes);
    Plan plan;
    const bool paid = world.have_asked.contains(requester);
    open.fee = paid ? kUnit : 0;
    if (paid && !pay(world, plan, asset, kUnit)) continue;
    const auto item = world.chance(40) ? world.take(world.items) : std::nullopt;
    if (item) {
      // The title comes first on both sides.
      open.gs1_key = item->gs1_key;
      Plan with;
      with.spend(*item);
      with.outputs.emplace_back(contracts::Item{item->gs1_key, item->lock});
      std::ranges::move(plan.inputs, std::back_inserter(with.inputs));
      std::ranges::move(plan.outputs, std::back_inserter(with.outputs));
      std::ranges::move(plan.spent, std::back_inserter(with.spent));
      for (const auto& name : plan.signers) with.sign(name);
      plan = std::move(with);
    }
    plan.sign(requester);
    plan.body = std::move(open);
    for (auto& judge : panel.judges) --judge.free;
    world.asking.insert(requester);
    plan.settled = [&world, live] {
      world.asking.erase(live.requester);
      world.have_asked.insert(live.requester);
      world.cases.push_back(live);
    };
    plan.rejected = [&world, &panel, requester] {
      world.asking.erase(requester);
      for (auto& judge : panel.judges) ++judge.free;
    };
    return plan;
  }
  return std::nullopt;
}

MaybePlan make_case_commit(World& world) {
  auto live = take_case(world, CaseStep::commit);
  if (!live) return std::nullopt;
  const auto name = world.panels.at(live->asset).judges[live->said].name;
  auto next = *live;
  if (++next.said == kJudges) next = next.in(CaseStep::reveal);
  return step(world, *live, {name},
              contracts::CaseCommit{live->id, world.key(name),
                                    contracts::case_commitment(live->id, world.key(name), 1,
                                                               finding(*live), live->id.bytes)},
              next);
}

MaybePlan make_case_reveal(World& world) {
  auto live = take_case(world, CaseStep::reveal);
  if (!live) return std::nullopt;
  const auto name = world.panels.at(live->asset).judges[live->said].name;
  auto next = *live;
  if (++next.said == kJudges) next = next.in(CaseStep::decided);
  const auto found = finding(*live);
  return step(world, *live, {name},
              contracts::CaseReveal{live->id, world.key(name), found.verdict, found.confidence_bps,
                                    found.method_hash, found.points_hash, live->id.bytes},
              next);
}

MaybePlan make_case_challenge(World& world) {
  auto live = take_case(world, CaseStep::decided);
  if (!live) return std::nullopt;
  const auto* challenger = world.find(world.traders);
  Plan money;
  if (!pay(world, money, live->asset, kUnit)) {
    world.cases.push_back(*live);
    return std::nullopt;
  }
  auto plan =
      step(world, *live, money.signers,
           contracts::CaseChallenge{live->id, world.key(*challenger), world.hash("reason"), kUnit},
           live->in(CaseStep::closed));
  plan.sign(*challenger);
  plan.inputs = std::move(money.inputs);
  plan.outputs = std::move(money.outputs);
  plan.spent = std::move(money.spent);
  // One that is too late has been closed.
  plan.rejected = [&world, live = *live] { world.cases.push_back(live.in(CaseStep::closed)); };
  return plan;
}

MaybePlan make_case_advance(World& world) {
  // Anyone may ask for it. It is too early, or the node has been faster.
  auto live = take_case(world, CaseStep::decided);
  if (!live) return std::nullopt;
  auto plan = step(world, *live, {*world.find(world.traders)},
                   contracts::CaseAdvance{live->id, contracts::CaseState::decided}, *live);
  plan.may_fail = {ErrorCode::case_state, ErrorCode::case_deadline_open};
  return plan;
}

MaybePlan make_case_calibrate(World& world) {
  auto live = take_case(world, CaseStep::closed);
  if (!live) return std::nullopt;
  auto plan = step(world, *live, kOperators,
                   contracts::CaseCalibrate{live->id, Verdict::fake, live->id.bytes}, *live);
  plan.settled = [&world, asset = live->asset] {  // It was closed: the bonds are free again.
    for (auto& judge : world.panels.at(asset).judges) ++judge.free;
  };
  return plan;
}

}  // namespace tally::fault
