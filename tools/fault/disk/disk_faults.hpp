// What happens to a disk while a node runs on it: it fills, a map reaches its bound, room returns,
// backups are taken and restored, old blocks are archived and pruned, and the node is killed at any
// of it. Real binaries on a small tmpfs.
#pragma once

#include "fault/harness.hpp"

namespace tally::fault {

/// `options.count` sequences. Needs the right to mount a tmpfs, or user namespaces.
Result run_disk_faults(const Options& options);

}  // namespace tally::fault
