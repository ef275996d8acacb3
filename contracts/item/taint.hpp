// Taint: a flag keeps an item from being spent wherever it stands in what the item is made of. It
// follows what was packed in it, what is fixed to it, and the lots and transformations it came
// from.
#pragma once

#include <cstdint>
#include <optional>

#include "contracts/registry.hpp"

namespace tally::contracts {

/// The flag of a batch at `time_ms`: the lot's own; or, where something that went into the
/// transformation is flagged, `recalled` until the last of those ends, without their reason.
[[nodiscard]] std::optional<FlagState> batch_flag(const Batch& batch, const Registry& registry,
                                                  std::uint64_t time_ms);

/// The flag that blocks the item at `time_ms`, the first in this order: its own; of what is packed
/// in it (`recalled`, as for a transformation); of a batch that it came from; of a batch that
/// something in it came from; of a part that is fixed to it, or of a batch that the part came from.
/// At most kItemBatchesMax + kContainerBatchesMax + kPartsMax · (1 + kItemBatchesMax) look-ups.
[[nodiscard]] std::optional<FlagState> blocking_flag(const ItemEntry& item,
                                                     const Registry& registry,
                                                     std::uint64_t time_ms);

}  // namespace tally::contracts
