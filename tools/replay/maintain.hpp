// What tally-replay does to a whole data directory without executing anything: reading all of it
// anew, and bringing it to this version's format.
#pragma once

#include "replay/replay.hpp"

namespace tally::replay {

/// Reads all of the data directory, at full speed: each record and link of every store and the
/// shape of its trees, the chain of the journal's blocks and the tip beside it, the archive's
/// segments, and that each document's key and ciphertext is there; contents are sealed, and only
/// the node itself can open them. The report says how much was looked at. Fails with the first
/// damage of each part that has any, in one text: file, page, table, key and what to do; also of a
/// part that is not there or cannot be looked at, but for the views. The node may be running.
Report scrub(const Options& options);

/// Upgrades every store that is of format 1; what is of this format already is left alone, so it
/// can be called again after a crash. The old stores stay beside the new ones as `*.format-1`; the
/// views are dropped, for the node builds them anew. Run it on a stopped node.
Report upgrade(const Options& options);

}  // namespace tally::replay
