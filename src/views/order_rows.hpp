// The rows of the orders view. Private to this folder.
//
//   order       = state(1) height(8) position(4) buyer_known(1)   under order(32); since when
//   step        = state(1) time_ms(8) txid(32) command(4) [signer(32)]
//                                                   under order(32) height(8) position(4)
//   party_order = nothing                under party(32) height(8) position(4) side(1) order(32)
//   state_order = nothing                under state(1) height(8) position(4) order(32)
//   order_count = count(8)               under state(1)
#pragma once

#include "views/orders.hpp"
#include "views/reader.hpp"
#include "views/row.hpp"

namespace tally::views {

inline std::uint8_t number_of(contracts::OrderState state) {
  return static_cast<std::uint8_t>(state);
}

}  // namespace tally::views
