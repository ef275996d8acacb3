#include "contracts/id.hpp"

#include "crypto/hash.hpp"

namespace tally::contracts {

AssetId asset_id(const PublicKey& issuer, std::string_view folded_symbol) {
  return {crypto::tagged_hash("tally/asset", {issuer.view(), as_bytes(folded_symbol)})};
}

ItemId item_id(std::string_view gs1_key) {
  static const crypto::TaggedHasher hasher("tally/item");
  return {hasher({as_bytes(gs1_key)})};
}

OrderId order_id(const Outpoint& first_input) {
  Bytes index;
  append_be(index, first_input.index);
  return {crypto::tagged_hash("tally/order", {first_input.txid.view(), index})};
}

}  // namespace tally::contracts
