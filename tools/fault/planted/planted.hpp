// Planted bugs (base/planted.hpp): each is switched on in turn, and the harness that is named
// beside it in planted_bugs.def must fail with it, as it must pass without. A harness that does not
// catch its bug proves nothing.
#pragma once

#include "fault/harness.hpp"

namespace tally::fault {

/// Runs Options::count of the bugs, in an order by seed, and each command line once without a bug;
/// two at a time. The command is one of tally-torture (`--kills 40`) or `ctest:REGEX`: tests of
/// this build.
Result run_planted(const Options& options);

}  // namespace tally::fault
