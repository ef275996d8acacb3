// Assets and coins. Supplies are so large and amounts so small that nothing runs out; what is
// frozen is nothing that anybody pays with.
#include "fault/load/makers.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace tally::fault {
namespace {

using contracts::AssetKind;

constexpr std::uint64_t kSupplyMax = std::uint64_t{1} << 60;

// A symbol that looks like no other: of letters that contracts::fold_symbol() maps to themselves.
std::string symbol(std::uint64_t serial) {
  constexpr std::string_view kLetters = "ACDEFGHKPQTXY";
  std::string out = "T";
  for (int digits = 0; digits < 9; ++digits, serial /= kLetters.size()) {
    out += kLetters[serial % kLetters.size()];
  }
  return out;
}

KnownAsset known_asset(World& world, const std::string& issuer, AssetKind kind) {
  KnownAsset known{{}, issuer, kind, std::nullopt};
  known.freezable = world.chance(40);
  known.spare = known.freezable && world.chance(50);
  if (kind != AssetKind::iou) return known;
  const auto* promised = world.find(world.assets, [](const auto& asset) {
    return asset.kind == AssetKind::payment && !asset.spare;
  });
  if (promised != nullptr) known.promised = promised->id;
  return known;
}

// A coin that its owner's key opens, of an asset that is wanted.
template <typename Wanted>
std::optional<HeldCoin> take_plain(World& world, Wanted wanted) {
  return world.take(world.coins, [&](const auto& coin) { return coin.plain && wanted(coin); });
}

// One coin in, two out: a part to somebody, the rest back.
void pay(World& world, Plan& plan, const HeldCoin& coin, const std::string& to) {
  const auto part = coin.amount == 1 ? 1 : world.between(1, coin.amount - 1);
  plan.outputs.emplace_back(contracts::Coin{coin.asset, part, world.any_lock(to)});
  if (part == coin.amount) return;
  plan.outputs.emplace_back(
      contracts::Coin{coin.asset, coin.amount - part, world.key_lock(coin.opening.owner())});
}

// An agent pays with a coin of its principal.
MaybePlan pay_by_agent(World& world) {
  auto delegation =
      world.take(world.delegations, [](const auto& d) { return d.asset.has_value(); });
  if (!delegation) return std::nullopt;
  const auto coin = take_plain(world, [&](const auto& held) {
    return held.asset == *delegation->asset && held.opening.owner() == delegation->principal &&
           held.amount <= delegation->amount_left;
  });
  if (!coin) {
    world.delegations.push_back(*delegation);
    return std::nullopt;
  }
  Plan plan;
  plan.spend(*coin);
  plan.signers = {delegation->agent};
  plan.references.push_back(
      {contracts::delegation_key(world.key(delegation->principal), world.key(delegation->agent))});
  pay(world, plan, *coin, *world.find(world.traders));
  plan.body = contracts::AssetTransfer{};
  // What of it is used may be less than the coin: counted as if it were all, used or not.
  delegation->amount_left -= coin->amount;
  plan.kept.emplace_back(*delegation);
  return plan;
}

// The issuer pays out at par what its IOU promises.
MaybePlan redeem_iou(World& world, const HeldCoin& iou, const KnownAsset& asset) {
  const auto promised = take_plain(world, [&](const auto& coin) {
    return coin.asset == *asset.promised && coin.opening.owner() == asset.issuer &&
           coin.amount >= iou.amount;
  });
  if (!promised) {
    world.coins.push_back(iou);
    return std::nullopt;
  }
  Plan plan;
  plan.spend(iou);
  plan.spend(*promised);
  const auto holder = world.key_lock(iou.opening.owner());
  plan.outputs.emplace_back(contracts::Coin{promised->asset, iou.amount, holder});
  if (promised->amount > iou.amount) {
    plan.outputs.emplace_back(contracts::Coin{promised->asset, promised->amount - iou.amount,
                                              world.key_lock(asset.issuer)});
  }
  plan.body = contracts::AssetRedeem{asset.id, iou.amount};
  return plan;
}

// Gives back or destroys a part of a coin.
Plan reduce(World& world, const HeldCoin& coin, std::uint64_t amount) {
  Plan plan;
  plan.spend(coin);
  if (amount < coin.amount) {
    plan.outputs.emplace_back(
        contracts::Coin{coin.asset, coin.amount - amount, world.key_lock(coin.opening.owner())});
  }
  return plan;
}

}  // namespace

MaybePlan make_asset_define(World& world) {
  constexpr std::array kKinds{AssetKind::payment, AssetKind::iou, AssetKind::utility,
                              AssetKind::loyalty};
  const auto kind = kKinds[world.below(kKinds.size())];
  const auto* issuer = world.find(kind == AssetKind::payment ? world.licensed : world.traders);
  if (issuer == nullptr) return std::nullopt;
  auto known = known_asset(world, *issuer, kind);
  contracts::AssetDefine define;
  define.issuer = world.key(*issuer);
  define.kind = kind;
  define.symbol = symbol(++world.serial);
  define.decimals = static_cast<std::uint32_t>(world.below(contracts::kDecimalsMax + 1));
  define.policies.supply_max = kSupplyMax;
  define.policies.freezable = known.freezable;
  if (kind == AssetKind::iou) {
    define.terms.emplace();
    define.terms->promised_asset = known.promised;
    if (!known.promised) define.terms->promised_hash = world.hash("promise");
    define.terms->document_hash = world.hash("terms");
  }
  const auto folded = contracts::fold_symbol(define.symbol);
  CHECK(folded.has_value());
  known.id = contracts::asset_id(define.issuer, *folded);
  auto plan = signed_plan({*issuer}, std::move(define));
  plan.settled = [&world, known] {
    world.asset_at.emplace(known.id, world.assets.size());
    world.assets.push_back(known);
    if (known.spare) world.thawed.push_back({known.id, std::nullopt});
  };
  return plan;
}

MaybePlan make_asset_issue(World& world) {
  const auto* asset = world.find(world.assets, [](const auto& known) { return !known.spare; });
  if (asset == nullptr) return std::nullopt;
  Plan plan;
  plan.sign(asset->issuer);
  std::uint64_t total = 0;
  for (auto count = world.between(2, 6); count > 0; --count) {
    const auto amount = world.between(20, 400);
    const auto& to = world.chance(20) ? asset->issuer : *world.find(world.traders);
    plan.outputs.emplace_back(contracts::Coin{asset->id, amount, world.any_lock(to)});
    total += amount;
  }
  plan.body = contracts::AssetIssue{asset->id, total};
  return plan;
}

MaybePlan make_asset_transfer(World& world) {
  if (world.chance(10)) {
    if (auto plan = pay_by_agent(world)) return plan;
  }
  auto coin = world.take(world.coins);
  if (!coin) return std::nullopt;
  Plan plan;
  plan.body = contracts::AssetTransfer{};
  plan.spend(*coin);
  // A second coin of the same owner keeps the number of coins in bounds.
  const auto second = take_plain(world, [&](const auto& held) {
    return held.asset == coin->asset && held.opening.owner() == coin->opening.owner();
  });
  if (second) {
    plan.spend(*second);
    coin->amount += second->amount;
  }
  pay(world, plan, *coin, *world.find(world.traders));
  return plan;
}

MaybePlan make_asset_redeem(World& world) {
  const auto coin = take_plain(world, [&](const auto& held) {
    return world.asset(held.asset).issuer != held.opening.owner();
  });
  if (!coin) return std::nullopt;
  const auto& asset = world.asset(coin->asset);
  if (asset.promised) return redeem_iou(world, *coin, asset);
  const auto amount = world.between(1, coin->amount);
  auto plan = reduce(world, *coin, amount);
  plan.sign(asset.issuer);
  plan.body = contracts::AssetRedeem{asset.id, amount};
  return plan;
}

MaybePlan make_asset_burn(World& world) {
  const auto coin = world.take(world.coins);
  if (!coin) return std::nullopt;
  const auto amount = world.between(1, coin->amount);
  auto plan = reduce(world, *coin, amount);
  plan.body = contracts::AssetBurn{coin->asset, amount};
  return plan;
}

MaybePlan make_asset_freeze(World& world) {
  const auto turn = world.below(3);
  auto freeze = turn == 0 ? world.take(world.frozen) : world.take(world.thawed);
  const bool thaw = freeze && turn == 0;
  if (!freeze) {
    const auto* asset = world.find(world.assets, [](const auto& known) { return known.freezable; });
    if (asset == nullptr) return std::nullopt;
    freeze = Freeze{asset->id, contracts::account_of(world.key(world.fresh("holder")))};
  }
  const auto& issuer = world.asset(freeze->asset).issuer;
  auto plan = signed_plan({issuer}, contracts::AssetFreeze{freeze->asset, freeze->holder, !thaw});
  plan.settled = [&world, thaw, freeze = *freeze] {
    (thaw ? world.thawed : world.frozen).push_back(freeze);
  };
  plan.rejected = [&world, thaw, freeze = *freeze] {
    (thaw ? world.frozen : world.thawed).push_back(freeze);
  };
  return plan;
}

}  // namespace tally::fault
