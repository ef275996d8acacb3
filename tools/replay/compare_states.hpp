// Whether two state environments hold the same state: a node's checkpoint and one that was executed
// anew.
#pragma once

#include <cstdint>
#include <expected>
#include <string>

#include "storage/store.hpp"

namespace tally::replay {

/// The number of entries that were compared, or what differs first. Both are checkpoints of the
/// same height, whose time is `time_ms`. The spent bitmap and the registries must be the same; what
/// is unspent in `again` must stand in `state` as it does there, and so must what is remembered
/// once only and is not yet old. What is dead may have been reclaimed in one and not in the other.
std::expected<std::uint64_t, std::string> compare_states(storage::Store& state,
                                                         storage::Store& again,
                                                         std::uint64_t time_ms);

}  // namespace tally::replay
