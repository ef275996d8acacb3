#include "contracts/asset/asset_redeem.hpp"

#include <algorithm>

#include "contracts/asset/coins.hpp"

namespace tally::contracts {
namespace {

const CoinPosition* position_of(const CoinFlow* flow, const Account& account) {
  if (flow == nullptr) return nullptr;
  const auto found = std::ranges::lower_bound(flow->positions, account, {}, &CoinPosition::account);
  return found == flow->positions.end() || found->account != account ? nullptr : &*found;
}

// Each account that gives or gets of the IOU gets exactly as much of what is promised as it gives.
Result<void> check_payout(const CoinFlow& iou, const CoinFlow* payout) {
  for (const auto& held : iou.positions) {
    const auto* paid = position_of(payout, held.account);
    const Uint128 paid_in = paid == nullptr ? 0 : paid->in;
    const Uint128 paid_out = paid == nullptr ? 0 : paid->out;
    // held.in − held.out = paid_out − paid_in, without leaving the unsigned numbers.
    if (held.in + paid_in != held.out + paid_out) {
      const Uint128 due = held.in > held.out ? held.in - held.out : 0;
      return fail(ErrorCode::payout_mismatch, held.index, static_cast<std::uint64_t>(due));
    }
  }
  return {};
}

Result<void> check_iou(const RuleInput& input, const AssetEntry& asset, const Coins& coins) {
  const auto& terms = *asset.terms;
  if (terms.maturity_ms != 0 && input.block.time_ms < terms.maturity_ms &&
      !input.signed_by(asset.issuer)) {
    return fail(ErrorCode::not_due, 0, terms.maturity_ms);
  }
  const auto* flow = coins.flow(asset.id);
  if (!terms.partial_redemption && flow->out > 0) {
    return fail(ErrorCode::partial_redemption, flow->positions.front().index,
                static_cast<std::uint64_t>(flow->out));
  }
  if (!terms.promised_asset) return {};
  return check_payout(*flow, coins.flow(*terms.promised_asset));
}

}  // namespace

Result<Delta> apply(const RuleInput& input, const AssetRedeem& command) {
  if (input.inputs.empty()) return fail(ErrorCode::claim_count, 0, 1);
  if (auto ok = expect_coins(input); !ok) return std::unexpected(ok.error());
  Delta delta;
  const auto coins = sum_coins(input);
  if (auto ok = open_coins(input, coins, AssetRedeem::kNumber, delta); !ok) {
    return std::unexpected(ok.error());
  }
  const auto key = asset_key(command.asset);
  const auto* asset = input.registry.get<AssetEntry>(key);
  if (asset == nullptr) return fail(ErrorCode::asset_unknown);
  const bool pays_here = asset->terms && asset->terms->promised_asset;
  if (!pays_here && !input.signed_by(asset->issuer)) return fail(ErrorCode::signature_missing);
  if (command.amount == 0) return fail(ErrorCode::amount_zero);
  const SupplyChange change{.asset = command.asset, .made = 0, .gone = command.amount};
  if (auto ok = check_flows(input, coins, change); !ok) return std::unexpected(ok.error());
  if (auto ok = check_policies(input, coins, change); !ok) return std::unexpected(ok.error());
  if (asset->terms) {
    if (auto ok = check_iou(input, *asset, coins); !ok) return std::unexpected(ok.error());
  }
  if (const auto left = asset->supply(); command.amount > left) {
    return fail(ErrorCode::redeem_exceeds_issued, 0, left);
  }
  auto after = *asset;
  after.redeemed += command.amount;
  delta.writes.push_back({key, std::move(after)});
  return delta;
}

}  // namespace tally::contracts
