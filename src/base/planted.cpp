#include "base/planted.hpp"

#ifdef TALLY_FAILPOINTS

#include <array>

#include "base/named_switch.hpp"

namespace tally {
namespace {

constexpr auto kBugs = static_cast<std::size_t>(PlantedBug::kCount);
constexpr std::array<std::string_view, kBugs> kNames = {
#define TALLY_PLANTED_BUG(name, harness, what) #name,
#include "base/planted_bugs.def"
#undef TALLY_PLANTED_BUG
};

}  // namespace

std::string_view name(PlantedBug bug) { return kNames.at(static_cast<std::size_t>(bug)); }

bool is_planted(PlantedBug bug) noexcept {
  static const NamedSwitch kPlanted = read_switch("TALLY_PLANTED", kNames);
  return static_cast<std::size_t>(bug) == kPlanted.index;
}

}  // namespace tally

#endif
