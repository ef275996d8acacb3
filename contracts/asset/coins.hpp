// Coins: what every rule that moves them shares. Sums by asset, who may open a coin, and the
// policies of its asset. A command's coins are all Coin outputs that it claims on either side.
//
//   in + issued = out + redeemed + burned + what stays in escrow          for every asset
//
// Sums are taken in 128 bits: 1,024 amounts of 64 bits cannot wrap them (CVE-2010-5139,
// CVE-2018-10299). Nothing here is quadratic in the number of coins.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/checked.hpp"
#include "contracts/rule.hpp"

namespace tally::contracts {

/// What one account gives and gets of one asset in a command. `index` is its first coin's: of an
/// input if it gives, else of an output.
struct CoinPosition {
  AssetId asset;
  Account account;
  Uint128 in = 0;
  Uint128 out = 0;
  std::uint32_t index = 0;
};

/// All of one asset in a command. `positions` views the Coins that it is part of, ascending by
/// account.
struct CoinFlow {
  AssetId asset;
  Uint128 in = 0;
  Uint128 out = 0;
  std::span<const CoinPosition> positions;
};

/// The coins that a command claims; moved, never copied, since the flows view the positions.
struct Coins {
  std::vector<CoinPosition> positions;  ///< Ascending by asset, then by account.
  std::vector<CoinFlow> flows;          ///< Ascending by asset.

  Coins() = default;
  Coins(Coins&&) = default;
  Coins& operator=(Coins&&) = default;
  /// Null if the command claims no coin of it.
  [[nodiscard]] const CoinFlow* flow(const AssetId& asset) const;
};

/// What a command does to an asset beside moving its coins: `made` is issued, `gone` is redeemed or
/// burned. Zeroes: nothing.
struct SupplyChange {
  AssetId asset;
  std::uint64_t made = 0;
  std::uint64_t gone = 0;
};

/// Everything claimed is a coin, or claim_type with the index of what is not, inputs first.
[[nodiscard]] Result<void> expect_coins(const RuleInput& input);

/// Sums the claimed coins, and leaves whatever else is claimed out of account.
[[nodiscard]] Coins sum_coins(const RuleInput& input);

/// Opens the claimed coins for the command with this number. A coin under a KeyLock of `principal`
/// opens also to a signer that is its agent, if the transaction references their delegation, which
/// is neither revoked nor past its time, names this command and the coin's asset and reaches far
/// enough. What counts against `amount_max` is what leaves the principal: its coins so opened, less
/// what comes back to it in the same command, so that change costs nothing. The new totals are
/// appended to `delta`.
///
/// Errors in precedence order, input by input: signature_missing (no delegation is referenced
/// either), lock_time, preimage_missing, preimage_wrong; then for each principal and asset:
/// delegation_missing (the reference is to no entry), delegation_expired (figure: since when),
/// delegation_exceeded (figure: by how much; 0 when it is for another command or asset).
[[nodiscard]] Result<void> open_coins(const RuleInput& input, const Coins& coins,
                                      CommandNumber command, Delta& delta);

/// The assets exist and are conserved but for `change`. Errors in precedence order, each for all
/// assets before the next: asset_unknown, amount_overflow (a side sums to more than kSupplyMax;
/// figure: kSupplyMax), not_conserved (figure: the difference). The index is that of the asset's
/// first coin.
[[nodiscard]] Result<void> check_flows(const RuleInput& input, const Coins& coins,
                                       const SupplyChange& change = {});

/// The policies of the assets allow these movements. Errors in precedence order, each for all
/// assets before the next: asset_frozen, holder_frozen (the index of the holder's first coin),
/// not_transferable (an account other than the issuer's gets more than it gives, beyond what the
/// issuer gives and makes), below_minimum_unit (the index of the output; figure: the unit).
[[nodiscard]] Result<void> check_policies(const RuleInput& input, const Coins& coins,
                                          const SupplyChange& change = {});

/// Coins that enter an escrow: opens those claimed, checks their policies, and gives what stays
/// behind, which is in less out for each asset, ascending, without zeroes. What comes out is
/// change. `payee` is who gets the escrow if all goes well: an asset that is not transferable
/// enters only for its issuer, or from its issuer. An escrow's payout is never held against a
/// policy, so this is the place.
///
/// Errors in precedence order: those of open_coins, check_flows (not_conserved: more out than in)
/// and check_policies.
[[nodiscard]] Result<std::vector<Holding>> check_coins_enter(const RuleInput& input,
                                                             const PublicKey& payee,
                                                             CommandNumber command, Delta& delta);

/// Whether the issuer's licence, where its kind of asset needs one, is in force, or not_licensed.
[[nodiscard]] Result<void> check_licence(const RuleInput& input, const PublicKey& issuer,
                                         AssetKind kind);

}  // namespace tally::contracts
