#include "base/planted.hpp"

#ifdef TALLY_FAILPOINTS

#include <array>
#include <cstdlib>

#include "base/check.hpp"

namespace tally {
namespace {

constexpr auto kBugs = static_cast<std::size_t>(PlantedBug::kCount);
constexpr std::array<std::string_view, kBugs> kNames = {
#define TALLY_PLANTED_BUG(name, harness, what) #name,
#include "base/planted_bugs.def"
#undef TALLY_PLANTED_BUG
};

// A misspelt name must not look like a bug that no harness catches.
PlantedBug read_environment() {
  const char* text = std::getenv("TALLY_PLANTED");
  if (text == nullptr || *text == '\0') return PlantedBug::kCount;
  for (std::size_t i = 0; i < kBugs; ++i) {
    if (kNames[i] == text) return static_cast<PlantedBug>(i);
  }
  CHECK(false && "TALLY_PLANTED names no planted bug");
}

}  // namespace

std::string_view name(PlantedBug bug) { return kNames.at(static_cast<std::size_t>(bug)); }

bool is_planted(PlantedBug bug) noexcept {
  static const PlantedBug kPlanted = read_environment();
  return bug == kPlanted;
}

}  // namespace tally

#endif
