// Planted bugs (base/planted.hpp): each is switched on in turn, and the harness that is named
// beside it in planted_bugs.def must fail with it, as it must pass without. A harness that does not
// catch its bug proves nothing.
#pragma once

#include <set>

#include "fault/harness.hpp"

namespace tally::fault {

/// Runs Options::count of the bugs, in an order by seed, or kCountAll; and each command line once
/// without a bug; two at a time. A row says which were left out: of all there must be none. The
/// command is one of tally-torture (`--kills 40`) or `ctest:REGEX`: tests of this build.
Result run_planted(const Options& options);

/// The row of the bugs that `options` lists and that are not among `planted`: such a bug may
/// escape, so it fails where all were asked for.
[[nodiscard]] Row left_out(const Options& options, const std::set<std::string_view>& planted);

}  // namespace tally::fault
