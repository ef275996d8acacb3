// Power cuts: what the real tallyd wrote and synced under load (recording.hpp) is cut off anywhere,
// what was not synced is lost, torn or reordered (crashed_disk.hpp), and what is left is opened and
// held against every promise that was made before the cut (recovered_image.hpp).
#pragma once

#include "fault/harness.hpp"

namespace tally::fault {

/// Tries Options::count images, some hundred of each recording. Half of the cuts are where it may
/// hurt most: inside a commit, a checkpoint, the tip file, the very first creation. One image in
/// twenty is also opened by the programs themselves. A failed image is kept.
Result run_power_loss(const Options& options);

}  // namespace tally::fault
