// What tally-replay does to a whole data directory without executing anything: reading all of it
// anew, and bringing it to this version's format.
#pragma once

#include "replay/replay.hpp"

namespace tally::replay {

/// Reads every store of the data directory, at full speed: each record, each link, the shape of the
/// trees, the chain of the journal's blocks. Fails with the first damage of each store that has
/// any, in one text: file, page, table, key and what to do. The node may be running.
Report scrub(const Options& options);

/// Upgrades every store that is of format 1; what is of this format already is left alone, so it
/// can be called again after a crash. The old stores stay beside the new ones as `*.format-1`; the
/// views are dropped, for the node builds them anew. Run it on a stopped node.
Report upgrade(const Options& options);

}  // namespace tally::replay
