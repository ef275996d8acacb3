// What a process that holds keys owes them.
#pragma once

namespace tally {

/// From now on this process leaves no core behind, and no other process of the same user reads its
/// memory or attaches to it (prctl(2), PR_SET_DUMPABLE). Call it before any secret is read; one
/// thread.
void keep_memory_private();

}  // namespace tally
