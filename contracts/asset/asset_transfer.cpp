#include "contracts/asset/asset_transfer.hpp"

#include "contracts/asset/coins.hpp"

namespace tally::contracts {

Result<Delta> apply(const RuleInput& input, const AssetTransfer&) {
  if (input.inputs.empty()) return fail(ErrorCode::claim_count, 0, 1);
  if (auto ok = expect_coins(input); !ok) return std::unexpected(ok.error());
  Delta delta;
  const auto coins = sum_coins(input);
  if (auto ok = open_coins(input, coins, AssetTransfer::kNumber, delta); !ok) {
    return std::unexpected(ok.error());
  }
  if (auto ok = check_flows(input, coins); !ok) return std::unexpected(ok.error());
  if (auto ok = check_policies(input, coins); !ok) return std::unexpected(ok.error());
  return delta;
}

}  // namespace tally::contracts
