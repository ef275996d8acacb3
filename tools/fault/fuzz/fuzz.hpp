// Fuzzing: every libFuzzer program of the preset `fuzz` (tests/fuzz) for its share of the time,
// from the corpus in the tests and what earlier runs found (build/fuzz/corpus). A new target is in
// as soon as it is built.
#pragma once

#include "fault/harness.hpp"

namespace tally::fault {

/// Runs all targets for Options::count CPU minutes in whole, shared evenly, two at a time. The
/// programs are those beside Options::bin_dir's own, in build/fuzz/bin, unless it holds some
/// itself. One row for each: executions, crashes, and what of the program was reached. An input
/// that fails is kept.
Result run_fuzz(const Options& options);

}  // namespace tally::fault
