// Planted bugs: each harness must catch its own, or it proves nothing.
//
//   TALLY_PLANTED=<name>   in the environment switches one of planted_bugs.def on
//
// In the code a planted bug is one condition: `if (!PLANTED(skip_a_signature) && !verify(…))`.
// Without -DTALLY_FAILPOINTS=ON, as in what is shipped, PLANTED() is the constant false and the
// compiler leaves the condition out. What harness must catch which is in planted_bugs.def.
#pragma once

#include <cstdint>
#include <string_view>

#ifdef TALLY_FAILPOINTS

namespace tally {

enum class PlantedBug : std::uint16_t {
#define TALLY_PLANTED_BUG(name, harness, what) name,
#include "base/planted_bugs.def"
#undef TALLY_PLANTED_BUG
  kCount
};

std::string_view name(PlantedBug bug);

/// Whether the environment names this one. Any thread.
bool is_planted(PlantedBug bug) noexcept;

}  // namespace tally

#define PLANTED(name) ::tally::is_planted(::tally::PlantedBug::name)
#else
#define PLANTED(name) false
#endif
