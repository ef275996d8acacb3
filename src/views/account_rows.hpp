// The rows of the accounts view, which its queries in accounts.cpp and statements.cpp read. Private
// to this folder.
//
//   output   = height(8) position(4) stored output        under number(8)
//   spent    = txid(32) height(8) position(4)             under number(8)
//   live     = height(8)                                  under account(33) kind(1) [asset(32)]
//                                                         number(8); the asset for coins
//   balance  = amount(8) coins(8) escrow(8)               under account(33) asset(32)
//   holders  = count(8)                                   under asset(32)
//   movement = time_ms(8) txid(32) command(4) amount(8) balance(8) [counterparty(33)] [order(32)]
//                                                         under account(33) asset(32) place(14)
//   movement_times = nothing                              under account(33) place(14) asset(32)
//   place    = height(8) position(4) command_index(2)     [x] = 0 | 1 x
#pragma once

#include "views/accounts.hpp"
#include "views/row.hpp"
#include "views/statements.hpp"

namespace tally::views {

inline Bytes live_key(const contracts::Account& account, OutputKind kind) {
  return Row().account(account).u8(static_cast<std::uint8_t>(kind)).bytes();
}

inline Bytes balance_key(const contracts::Account& account, const contracts::AssetId& asset) {
  return Row().account(account).id(asset).bytes();
}

inline Balance decode_balance(const contracts::AssetId& asset, RowReader& row) {
  return {.asset = asset, .amount = row.u64(), .coins = row.u64(), .escrow = row.u64()};
}

inline Row place_key(Row prefix, std::uint64_t height, std::uint32_t position,
                     std::uint32_t command_index) {
  return prefix.u64(height).u32(position).u16(static_cast<std::uint16_t>(command_index));
}

}  // namespace tally::views
