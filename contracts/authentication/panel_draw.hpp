// The drawing of a panel: by stake and record, from who has no part in the matter. The seed comes
// from the block before, which nobody knew when the case was opened; whoever makes the blocks could
// still try others, so operators answer for the order of theirs (docs/spec/authentication.md).
#pragma once

#include <cstdint>
#include <vector>

#include "contracts/registry.hpp"

namespace tally::contracts {

/// tagged_hash("tally/case-seed", case ‖ round(1) ‖ previous block's hash).
[[nodiscard]] Hash32 draw_seed(const CaseId& id, std::uint32_t round, const Hash32& previous_hash);

/// How many lots an appraiser has in a draw, 0 … 128: its free stake in whole bonds, at most 8,
/// times its record, 1 … 16 (one without any: 8).
[[nodiscard]] std::uint32_t lots(std::uint64_t free_stake, std::uint64_t bond,
                                 const AppraiserEntry& record);

/// The judges of the case's present round, in the order drawn: as many as its terms say, or all
/// there are if they are fewer. Of the roll are drawn those that are accredited and members, whose
/// free stake covers the bond, that have no seat in the case, and that are neither the requester,
/// an agent of the same member, the challenger, nor the item's owner or authority.
[[nodiscard]] std::vector<PublicKey> draw_panel(const Registry& registry, const CaseEntry& entry,
                                                const Hash32& seed);

}  // namespace tally::contracts
