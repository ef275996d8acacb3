// What the makers of items share.
#pragma once

#include <algorithm>

#include "fault/load/makers.hpp"

namespace tally::fault {

/// 01/0<prefix of nine digits><000><check digit>: a class of goods.
inline std::string class_of_goods(const std::string& prefix) {
  auto gtin = "0" + prefix + "000";
  int sum = 0;
  for (std::size_t i = 0; i < gtin.size(); ++i) sum += (gtin[i] - '0') * (i % 2 == 0 ? 3 : 1);
  gtin += static_cast<char>('0' + (10 - sum % 10) % 10);
  return "01/" + gtin;
}

inline std::string bag(const std::string& prefix, std::uint64_t serial) {
  return class_of_goods(prefix) + "/21/" + std::to_string(serial);
}

template <typename Wanted>
std::optional<HeldItem> take_item(World& world, Wanted wanted) {
  return world.take(world.items,
                    [&](const auto& held) { return wanted(world.known_items.at(held.gs1_key)); });
}

inline std::optional<HeldItem> take_free(World& world) {
  return take_item(world, [](const auto& known) { return known.free(); });
}

/// A plan that says something about an item, which comes back whatever becomes of it.
inline Plan about(const HeldItem& item, std::vector<std::string> signers,
                  contracts::CommandBody body) {
  auto plan = signed_plan(std::move(signers), std::move(body));
  plan.kept.emplace_back(item);
  return plan;
}

/// The issued items, once they are there.
inline void remember_items(World& world, Plan& plan, const KnownItem& known) {
  std::vector<std::string> gs1_keys;
  for (const auto& output : plan.outputs) {
    gs1_keys.push_back(std::get<contracts::Item>(output).gs1_key);
    world.known_items[gs1_keys.back()] = known;
  }
  plan.rejected = [&world, gs1_keys] {
    for (const auto& gs1_key : gs1_keys) world.known_items.erase(gs1_key);
  };
}

/// A registered prefix; `centre`: of an accredited centre.
inline KnownPrefix* prefix_of(World& world, bool centre) {
  const auto is_centre = [&](const std::string& name) {
    return std::ranges::any_of(world.accredited, [&](const auto& known) {
      return known.role == contracts::Role::centre && known.name == name;
    });
  };
  const auto* found = world.find(
      world.prefixes, [&](const auto& prefix) { return !centre || is_centre(prefix.brand); });
  if (found == nullptr) return nullptr;
  auto& prefix = world.prefixes[static_cast<std::size_t>(found - world.prefixes.data())];
  prefix.used = true;
  return &prefix;
}

}  // namespace tally::fault
