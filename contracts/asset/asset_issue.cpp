#include "contracts/asset/asset_issue.hpp"

#include <algorithm>

#include "contracts/asset/coins.hpp"

namespace tally::contracts {
namespace {

// How much can still be issued: under the maximum, with the loyalty promised, and so that the
// running total does not wrap even when all of that loyalty is minted.
std::uint64_t issuable(const AssetEntry& asset) {
  const Uint128 taken = static_cast<Uint128>(asset.supply()) + asset.reserved;
  if (taken >= asset.policies.supply_max) return 0;
  return std::min(static_cast<std::uint64_t>(asset.policies.supply_max - taken),
                  UINT64_MAX - asset.issued - asset.reserved);
}

}  // namespace

Result<Delta> apply(const RuleInput& input, const AssetIssue& command) {
  if (input.outputs.empty()) return fail(ErrorCode::claim_count, 0, 1);
  if (auto ok = expect_coins(input); !ok) return std::unexpected(ok.error());
  const auto key = asset_key(command.asset);
  const auto* asset = input.registry.get<AssetEntry>(key);
  if (asset == nullptr) return fail(ErrorCode::asset_unknown);
  if (!input.signed_by(asset->issuer)) return fail(ErrorCode::not_issuer);
  Delta delta;
  const auto coins = sum_coins(input);
  if (auto ok = open_coins(input, coins, AssetIssue::kNumber, delta); !ok) {
    return std::unexpected(ok.error());
  }
  if (auto ok = check_licence(input, asset->issuer, asset->kind); !ok) {
    return std::unexpected(ok.error());
  }
  if (command.amount == 0) return fail(ErrorCode::amount_zero);
  const SupplyChange change{.asset = command.asset, .made = command.amount, .gone = 0};
  if (auto ok = check_flows(input, coins, change); !ok) return std::unexpected(ok.error());
  if (const auto left = issuable(*asset); command.amount > left) {
    return fail(ErrorCode::supply_exceeded, 0, left);
  }
  if (auto ok = check_policies(input, coins, change); !ok) return std::unexpected(ok.error());
  auto after = *asset;
  after.issued += command.amount;
  delta.writes.push_back({key, std::move(after)});
  return delta;
}

}  // namespace tally::contracts
