// The identifiers that the ledger's rules speak.
#pragma once

#include <cstdint>

#include "base/id.hpp"
#include "crypto/schnorr.hpp"

namespace tally::contracts {

using crypto::PublicKey;

struct TxidTag;
struct AssetIdTag;
struct ItemIdTag;
struct OrderIdTag;
struct CaseIdTag;
struct NetworkIdTag;

using Txid = Id<TxidTag>;
using AssetId = Id<AssetIdTag>;
using ItemId = Id<ItemIdTag>;
using OrderId = Id<OrderIdTag>;
using CaseId = Id<CaseIdTag>;
using NetworkId = Id<NetworkIdTag>;

/// The place of an output: the transaction that made it and its index there.
struct Outpoint {
  Txid txid;
  std::uint32_t index = 0;
  auto operator<=>(const Outpoint&) const = default;
};

/// Outputs are numbered in settlement order over the whole ledger, from 0.
using OutputNumber = std::uint64_t;

/// tagged_hash("tally/asset", issuer ‖ folded symbol). A symbol exists once, so an asset does.
AssetId asset_id(const PublicKey& issuer, std::string_view folded_symbol);
/// tagged_hash("tally/item", canonical GS1 key).
ItemId item_id(std::string_view gs1_key);
/// tagged_hash("tally/order", txid ‖ index) of the first outpoint that the offer spends: an
/// outpoint is spent once, so an order's id is given once.
OrderId order_id(const Outpoint& first_input);

}  // namespace tally::contracts
