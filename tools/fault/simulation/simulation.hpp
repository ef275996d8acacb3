// The harness "seeds": lives of a node, each decided by one seed (life.hpp), on all cores. Every
// fiftieth is lived twice, and must come out the same to the last bit: else no seed would repeat a
// failure.
#pragma once

#include "fault/harness.hpp"

namespace tally::fault {

/// Lives the seeds options.seed … options.seed + options.count − 1.
Result run_seeds(const Options& options);

}  // namespace tally::fault
