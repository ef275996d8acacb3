#include "fuzz/targets.hpp"

#include <array>

namespace tally::fuzz {

#define TALLY_FUZZ_TARGET(name) extern const Target target_##name;
#include "fuzz_targets.def"
#undef TALLY_FUZZ_TARGET

std::span<const Target* const> targets() {
  static constexpr std::array kTargets{
#define TALLY_FUZZ_TARGET(name) &target_##name,
#include "fuzz_targets.def"
#undef TALLY_FUZZ_TARGET
  };
  return kTargets;
}

}  // namespace tally::fuzz
