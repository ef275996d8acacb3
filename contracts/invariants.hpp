// Invariants: what must hold for every delta, whatever rule produced it. They are computed from the
// outputs and the writes alone, so that a wrong rule cannot also excuse itself. Modelled after XRPL's
// invariant checks, which also run on failed transactions.
#pragma once

#include <cstdint>
#include <optional>

#include "contracts/verify.hpp"

namespace tally::contracts {

enum class Violation : std::uint16_t {
  coins_not_conserved = 1,  ///< Coins and escrow in + issued ≠ out + redeemed + burned, for an asset.
  supply_out_of_bounds = 2, ///< redeemed + burned > issued, or supply + reserved > the maximum.
  item_not_conserved = 3,   ///< An item in is not exactly once out, and was not decommissioned …
  item_made_twice = 4,      ///< … or comes out without having gone in and is not new.
  output_spent_twice = 5,   ///< An input stands twice.
  entry_kind = 6,           ///< A write's key and entry are of different kinds.
  asset_rewritten = 7,      ///< What is fixed for ever about an asset or item changed.
};

/// The first violation of a settled transaction, if any. For a rejected one pass an empty delta and no
/// outputs are looked at.
[[nodiscard]] std::optional<Violation> check_invariants(const ResolvedTransaction& resolved,
                                                        const Registry& before, const Delta& delta);

}  // namespace tally::contracts
