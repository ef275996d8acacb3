// Kills: the real node under a mixed load of every command dies at every failpoint and at random
// moments, while it recovers and while it stops too, and is held to its word each time. At the end
// its journal is executed again by a twin that never crashed, and its views are built anew.
// Modelled after Bitcoin Core's feature_dbcrash.
#pragma once

#include "fault/harness.hpp"

namespace tally::fault {

Result run_kills(const Options& options);

}  // namespace tally::fault
