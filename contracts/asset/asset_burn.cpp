#include "contracts/asset/asset_burn.hpp"

#include "base/planted.hpp"
#include "contracts/asset/coins.hpp"

namespace tally::contracts {

Result<Delta> apply(const RuleInput& input, const AssetBurn& command) {
  if (input.inputs.empty()) return fail(ErrorCode::claim_count, 0, 1);
  if (auto ok = expect_coins(input); !ok) return std::unexpected(ok.error());
  Delta delta;
  const auto coins = sum_coins(input);
  if (auto ok = open_coins(input, coins, AssetBurn::kNumber, delta); !ok) {
    return std::unexpected(ok.error());
  }
  const auto key = asset_key(command.asset);
  const auto* asset = input.registry.get<AssetEntry>(key);
  if (asset == nullptr) return fail(ErrorCode::asset_unknown);
  if (command.amount == 0) return fail(ErrorCode::amount_zero);
  const SupplyChange change{.asset = command.asset, .made = 0, .gone = command.amount};
  if (auto ok = check_flows(input, coins, change); !ok) return std::unexpected(ok.error());
  if (auto ok = check_policies(input, coins, change); !ok) return std::unexpected(ok.error());
  if (const auto left = asset->supply(); command.amount > left) {
    return fail(ErrorCode::redeem_exceeds_issued, 0, left);
  }
  auto after = *asset;
  after.burned += command.amount - (PLANTED(rule_creates_value) ? 1 : 0);
  delta.writes.push_back({key, std::move(after)});
  return delta;
}

}  // namespace tally::contracts
