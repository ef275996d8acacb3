// Invariants: what must hold for every delta, whatever rule produced it. They are computed from the
// outputs and the writes alone, so that a wrong rule cannot also excuse itself. Modelled after
// XRPL's invariant checks.
//
//   for every asset:  coins and escrow in + issued = coins and escrow out + redeemed + burned
//   for every item:   once in, once out; but none in for a new or unpacked one, none out for one
//                     that ended or was packed
//   for every lot:    as many new bits on its pages as items stepped out
//
// Escrow is what an Order output holds: its payment, and the bond of its terms in the price's asset
// for as long as the output exists; its lines are its items. And what entries hold: a panel its
// stakes and pool, a case its fee and challenge bond.
#pragma once

#include <cstdint>
#include <optional>

#include "contracts/verify.hpp"

namespace tally::contracts {

/// Append-only numbers.
enum class Violation : std::uint16_t {
  coins_not_conserved = 1,   ///< For an asset.
  supply_out_of_bounds = 2,  ///< redeemed + burned > issued, or supply + reserved > the maximum.
  item_not_conserved = 3,    ///< An item's title is gone though it neither ended nor was packed, or
                             ///< is still there though it did.
  item_made_twice = 4,     ///< It comes out twice, or without having gone in, being new or packed.
  output_spent_twice = 5,  ///< An input stands twice.
  entry_kind = 6,          ///< A write's key is not its entry's, or stands twice.
  asset_rewritten = 7,     ///< What is fixed for ever about an asset, item or lot changed.
  lot_miscounted = 8,      ///< A lot's pages and its count of items stepped out disagree.
};

/// The first violation of a settled transaction, if any; of several that of the checks
/// output_spent_twice, entry_kind, asset_rewritten, supply_out_of_bounds, coins_not_conserved,
/// item_not_conserved, item_made_twice, lot_miscounted in this order. `before` is the registry
/// without the writes of `delta`. A violation is a bug: the caller halts writing. A rejected
/// transaction changes nothing, so there is nothing to check.
[[nodiscard]] std::optional<Violation> check_invariants(const ResolvedTransaction& resolved,
                                                        const Registry& before, const Delta& delta);

}  // namespace tally::contracts
