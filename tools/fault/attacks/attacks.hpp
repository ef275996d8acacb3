// Load attacks on a real node, one at a time, while an honest member goes on at a steady rate. What
// it must come to: the honest member's p99 stays under ten times its quiet value, the node's memory
// stays bounded, the abuser is told so or cut off, and the node is healthy afterwards.
#pragma once

#include "fault/harness.hpp"

namespace tally::fault {

/// Every attack for Options::count seconds. A row for each.
Result run_attacks(const Options& options);

}  // namespace tally::fault
