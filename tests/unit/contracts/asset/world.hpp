// A world with assets in it, for the tests of the rules that move coins.
#pragma once

#include "unit/contracts/support.hpp"

namespace tally::contracts {

inline AssetId asset_named(std::string_view symbol) {
  return asset_id(key_of("issuer"), *fold_symbol(symbol));
}

/// Defines an asset of `issuer` with 1,000 issued of at most 10,000; freezable. Payment tokens come
/// with the licence.
inline AssetEntry& add_asset(Case& c, std::string_view symbol,
                             AssetKind kind = AssetKind::utility) {
  AssetEntry asset;
  asset.id = asset_named(symbol);
  asset.issuer = key_of("issuer");
  asset.kind = kind;
  asset.symbol = symbol;
  asset.decimals = 2;
  asset.policies = {
      .supply_max = 10'000, .transferable = true, .freezable = true, .minimum_unit = 1};
  asset.issued = 1'000;
  asset.since_ms = 5;
  if (kind == AssetKind::payment) {
    c.registry.put(licence_key(asset.issuer, kind), LicenceEntry{asset.issuer, kind, {}, 1, 0});
  }
  c.registry.put(asset_key(asset.id), asset);
  return c.registry.at<AssetEntry>(asset_key(asset.id));
}

inline AssetEntry& asset_in(Case& c, std::string_view symbol) {
  return c.registry.at<AssetEntry>(asset_key(asset_named(symbol)));
}

inline Coin coin(std::string_view symbol, std::uint64_t amount, std::string_view owner) {
  return {asset_named(symbol), amount, KeyLock{key_of(owner)}};
}

inline void freeze(Case& c, std::string_view symbol, std::string_view holder) {
  const auto account = account_of(key_of(holder));
  const auto asset = asset_named(symbol);
  ++asset_in(c, symbol).frozen_holders;
  c.registry.put(freeze_key(asset, account), FreezeEntry{asset, account, true});
}

// Faults that every rule that moves coins refuses; each changes something else.
inline void claim_no_input(Case& c) { c.tx.commands.front().inputs.clear(); }
inline void claim_an_item_output(Case& c) {
  c.tx.commands.front().outputs.push_back(c.make(Item{"01/09521101530001/21/1", KeyLock{}}));
}
inline void sign_by_a_stranger(Case& c) { c.tx.signers = {key_of("stranger")}; }

}  // namespace tally::contracts
