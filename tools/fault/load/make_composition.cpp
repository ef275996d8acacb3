// Items in lots, in containers, in each other.
#include "crypto/merkle.hpp"
#include "fault/load/make_items.hpp"

namespace tally::fault {
namespace {

constexpr std::size_t kLotItems = 5;
constexpr std::size_t kPackedMax = 3;
constexpr std::uint32_t kSealsMax = 20;

bool packable(const KnownItem& known) {
  return known.commissioned && known.free() && known.packed.empty();
}

// Takes an item under a plain key of its owner's.
template <typename Wanted>
std::optional<HeldItem> take_plain_item(World& world, Wanted wanted) {
  return world.take(world.items, [&](const auto& held) {
    return std::holds_alternative<contracts::KeyLock>(held.lock) &&
           wanted(held, world.known_items.at(held.gs1_key));
  });
}

contracts::Item as_it_was(const HeldItem& item) { return {item.gs1_key, item.lock}; }

}  // namespace

MaybePlan make_lot_commission(World& world) {
  const auto* prefix = prefix_of(world, false);
  if (prefix == nullptr) return std::nullopt;
  const auto goods = class_of_goods(prefix->prefix);
  KnownLot lot{goods + "/10/" + std::to_string(++world.serial), prefix->brand, {}, {}};
  for (std::size_t i = 0; i < kLotItems; ++i) {
    const auto serial = std::to_string(++world.serial);
    lot.items.push_back(goods + "/21/" + serial);
    lot.payloads.push_back(contracts::lot_leaf({}, i, serial));
  }
  auto plan =
      signed_plan({prefix->brand}, contracts::LotCommission{lot.gs1_key,
                                                            prefix->prefix,
                                                            kLotItems,
                                                            crypto::merkle_root(lot.payloads),
                                                            world.hash("made"),
                                                            {}});
  plan.settled = [&world, lot] { world.lots.push_back(lot); };
  return plan;
}

MaybePlan make_lot_step_out(World& world) {
  const auto* found =
      world.find(world.lots, [](const auto& lot) { return lot.next < lot.items.size(); });
  if (found == nullptr) return std::nullopt;
  auto& lot = world.lots[static_cast<std::size_t>(found - world.lots.data())];
  const auto index = lot.next++;
  auto plan = signed_plan(
      {lot.brand},
      contracts::LotStepOut{lot.gs1_key, {{index, {}, crypto::merkle_prove(lot.payloads, index)}}});
  plan.outputs.emplace_back(
      contracts::Item{lot.items[index], world.any_lock(*world.find(world.traders))});
  remember_items(world, plan, KnownItem{lot.brand, true});
  return plan;
}

MaybePlan make_item_aggregate(World& world) {
  const auto container = take_plain_item(world, [](const auto&, const KnownItem& known) {
    return known.commissioned && known.free() && known.packed.size() < kPackedMax;
  });
  if (!container) return std::nullopt;
  const auto item = take_plain_item(world, [&](const auto& held, const KnownItem& known) {
    return packable(known) && held.opening.owner() == container->opening.owner();
  });
  if (!item) {
    world.items.push_back(*container);
    return std::nullopt;
  }
  Plan plan;
  plan.spend(*container);
  plan.spend(*item);
  plan.outputs.emplace_back(as_it_was(*container));
  plan.body = contracts::ItemAggregate{world.hash("packed")};
  plan.settled = [&known = world.known_items.at(container->gs1_key), key = item->gs1_key] {
    known.packed.push_back(key);
  };
  return plan;
}

MaybePlan make_item_disaggregate(World& world) {
  const auto container = take_plain_item(world, [](const auto&, const KnownItem& known) {
    return !known.flag && !known.packed.empty();
  });
  if (!container) return std::nullopt;
  auto& known = world.known_items.at(container->gs1_key);
  Plan plan;
  plan.spend(*container);
  plan.outputs.emplace_back(as_it_was(*container));
  plan.outputs.emplace_back(
      contracts::Item{known.packed.back(), world.key_lock(container->opening.owner())});
  plan.body = contracts::ItemDisaggregate{world.hash("unpacked")};
  plan.settled = [&known] { known.packed.pop_back(); };
  return plan;
}

MaybePlan make_item_associate(World& world) {
  const auto item =
      take_item(world, [](const auto& known) { return known.free() && known.seals < kSealsMax; });
  if (!item) return std::nullopt;
  auto& known = world.known_items.at(item->gs1_key);
  auto plan = about(*item, {known.authority},
                    contracts::ItemAssociate{
                        item->gs1_key, {}, {world.hash("seal")}, world.hash("sealed"), false});
  plan.settled = [&known] { ++known.seals; };
  return plan;
}

MaybePlan make_item_transform(World& world) {
  const auto* prefix = prefix_of(world, false);
  if (prefix == nullptr) return std::nullopt;
  const auto item = take_item(
      world, [](const auto& known) { return known.free() && known.packed.empty() && !known.made; });
  if (!item) return std::nullopt;
  contracts::ItemTransform transform;
  transform.prefix = prefix->prefix;
  transform.event_hash = world.hash("cut");
  transform.used = {{"KGM", 3'000}};
  transform.made = {{"KGM", 1'200}, {"KGM", 1'700}};
  transform.lost = {{"KGM", 100}};
  Plan plan;
  plan.spend(*item);
  plan.sign(prefix->brand);
  for (int i = 0; i < 2; ++i) {
    plan.outputs.emplace_back(contracts::Item{bag(prefix->prefix, ++world.serial),
                                              world.any_lock(*world.find(world.traders))});
  }
  plan.body = std::move(transform);
  KnownItem known{prefix->brand, true};
  known.made = true;
  remember_items(world, plan, known);
  plan.settled = [&world, key = item->gs1_key] { world.known_items.erase(key); };
  return plan;
}

MaybePlan make_item_event_error(World& world) {
  const auto item = take_free(world);
  if (!item) return std::nullopt;
  return about(
      *item, {world.known_items.at(item->gs1_key).authority},
      contracts::ItemEventError{
          {item->gs1_key}, world.hash("wrong"), world.hash("reason"), world.hash("declared")});
}

MaybePlan make_item_merge(World& world) {
  const auto* prefix = prefix_of(world, false);
  if (prefix == nullptr) return std::nullopt;
  const auto item = take_item(world, [](const auto& known) {
    return !known.commissioned && known.free() && known.packed.empty();
  });
  if (!item) return std::nullopt;
  Plan plan;
  plan.spend(*item);
  plan.sign(prefix->brand);
  plan.outputs.emplace_back(
      contracts::Item{bag(prefix->prefix, ++world.serial), world.any_lock(item->opening.owner())});
  plan.body = contracts::ItemMerge{prefix->prefix, world.hash("merged"), {}};
  auto known = world.known_items.at(item->gs1_key);
  known.authority = prefix->brand;
  known.commissioned = true;
  known.attributes.clear();
  remember_items(world, plan, known);
  plan.settled = [&world, key = item->gs1_key] { world.known_items.erase(key); };
  return plan;
}

MaybePlan make_item_hand_over(World& world) {
  const auto item = take_free(world);
  if (!item) return std::nullopt;
  const auto& authority = world.known_items.at(item->gs1_key).authority;
  const auto& taker = *world.find(world.traders);
  auto plan = about(
      *item, {authority},
      contracts::ItemHandOver{
          {item->gs1_key}, world.key(authority), world.key(taker), world.hash("handed over")});
  plan.sign(taker);
  return plan;
}

}  // namespace tally::fault
