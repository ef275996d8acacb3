// The rows of the reputation view. Private to this folder.
//
//   fact    = counterparty(32) price_asset(32) price(8) state(1) blame(1) buyer_bps(4) flags(1)
//             ended_ms(8)                   under party(32) side(1) height(8) order(32)
//   flags   = timed out 1, disputed 2, shipped 4
//   totals  = 12 numbers(8), in the order of SideTotals        under party(32) side(1)
//   pair    = nothing                        under party(32) side(1) counterparty(32)
//   volume  = amount(8)                      under party(32) side(1) asset(32)
//   cluster = parent(33) size(4)             under account(33); a root is its own parent
#pragma once

#include "views/reader.hpp"
#include "views/reputation.hpp"
#include "views/row.hpp"

namespace tally::views {

inline Row side_key(const contracts::PublicKey& party, OrderSide side) {
  return Row().id(party).u8(static_cast<std::uint8_t>(side));
}

SideTotals get_totals(const contracts::PublicKey& party, OrderSide side, Reader& reader);
Bytes encode(const SideTotals& totals);
Bytes encode(const OrderFact& fact);

/// The root of the account's cluster, and how many accounts it has.
struct Cluster {
  contracts::Account root;
  std::uint32_t size = 1;
};
Cluster find_cluster(const contracts::Account& account, Reader& reader);

/// Whose doing the end of an order was. `state` is what it ended from.
Blame blame_of(const contracts::OrderEntry& entry, contracts::OrderState state,
               std::uint32_t buyer_bps, bool seller_signed, bool buyer_signed);

}  // namespace tally::views
