// The makers: for each command a function that plans one from what the world holds, or nothing if
// what it needs is not there yet. What it takes out of the world's pools comes back with the plan's
// answer. kinds.def lists them.
#pragma once

#include <array>

#include "fault/load/world.hpp"

namespace tally::fault {

#define KIND(command, maker, weight, joins) MaybePlan maker(World& world);
#include "fault/load/kinds.def"
#undef KIND

struct Kind {
  contracts::CommandNumber number;
  unsigned weight;
  bool joins;
  MaybePlan (*make)(World& world);
};

inline constexpr auto kKindTable = std::to_array<Kind>({
#define KIND(command, maker, weight, joins) {contracts::command::kNumber, weight, joins, &maker},
#include "fault/load/kinds.def"
#undef KIND
});

/// Whether the table has every command in its place: a new one is a row more, or does not build.
template <std::size_t... I>
constexpr bool whole(std::index_sequence<I...> /*places*/) {
  return kKindTable.size() == sizeof...(I) &&
         ((kKindTable[I].number ==
           std::variant_alternative_t<I, contracts::CommandAlternatives>::kNumber) &&
          ...);
}
static_assert(
    whole(std::make_index_sequence<std::variant_size_v<contracts::CommandAlternatives>>()),
    "kinds.def has one row for each command, in the order of CommandBody");

/// A plan of one command that nobody but its signers takes part in.
inline Plan signed_plan(std::vector<std::string> signers, contracts::CommandBody body) {
  Plan plan;
  plan.signers = std::move(signers);
  plan.body = std::move(body);
  return plan;
}

}  // namespace tally::fault
