// What another process has in its memory, for those who look for something in it.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <vector>

#include "base/bytes.hpp"

namespace tally::test {

/// How much is read at once. What is found in two pieces that touch is joined, so that nothing is
/// missed between them.
inline constexpr std::size_t kMemoryPieceBytes = std::size_t{1} << 20;

/// Pages that touch, all of them there, of memory that the process alone writes: heap, stacks,
/// arenas.
struct Region {
  Bytes bytes;
  bool left_out_of_dumps = false;
};

/// All that is resident or swapped out; what was reserved and never touched is passed over, however
/// large. Of a process under a sanitizer, what is 1 GiB or more is the sanitizer's own book of the
/// memory, and is left out. The caller must be allowed to: the parent of a node that is debuggable.
std::vector<Region> read_memory(pid_t process);

}  // namespace tally::test
