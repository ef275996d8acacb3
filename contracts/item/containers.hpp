// Containers: the sums that an item keeps of what is packed in it. The items themselves name their
// container and have no output, so the container moves with all of them in one step, and an item is
// unpacked by what its own entry says.
//
//   pallet  contents{children 2, items 5, height 2}
//     ├─ carton  packed_in pallet, contents{children 3, items 3, height 1}
//     │    └─ three bags  packed_in carton
//     └─ bag  packed_in pallet
//
// Only a loose item can be packed, or packed into: containers fill from the inside out. What is
// said of an item while it is packed (a flag, a challenge) is counted in every container around it,
// of which there are at most kContainerHeightMax.
#pragma once

#include <functional>
#include <vector>

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Adds an item to the contents that it is packed into; false, with the contents as they were, if
/// that would exceed kContainerHeightMax, kContainerItemsMax or kContainerBatchesMax.
[[nodiscard]] bool pack(std::optional<Contents>& contents, const ItemEntry& item);

/// Takes an item that was packed there out of the contents; absent when the last one has left.
void unpack(std::optional<Contents>& contents, const ItemEntry& item);

/// The entries of the containers around an item, from the inside out, each changed by `change`.
[[nodiscard]] std::vector<RegistryWrite> tell_containers(
    const Registry& registry, const ItemEntry& item, const std::function<void(Contents&)>& change);

/// A flag that ended counts nowhere: it is dropped before its item is packed or used up, so that
/// "there is a flag" and "it is counted" say the same from then on.
void drop_expired_flag(ItemEntry& item, std::uint64_t time_ms);

/// Counts a flag that was set (`is`), replaced or cleared, until `expires_ms`, in flags and
/// flags_until_ms of Contents or a TransformationEntry.
void count_flag(auto& sums, bool was, bool is, std::uint64_t expires_ms) {
  if (was && !is) --sums.flags;
  if (!was && is) ++sums.flags;
  if (sums.flags == 0) sums.flags_until_ms = 0;
  if (is && expires_ms > sums.flags_until_ms) sums.flags_until_ms = expires_ms;
}

/// Whether something is packed in it, or an item fixed to it.
[[nodiscard]] bool holds_others(const ItemEntry& item);

}  // namespace tally::contracts
