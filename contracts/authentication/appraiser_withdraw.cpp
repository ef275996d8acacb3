#include "contracts/authentication/appraiser_withdraw.hpp"

#include "contracts/asset/coins.hpp"

namespace tally::contracts {

Result<Delta> apply(const RuleInput& input, const AppraiserWithdraw& command) {
  if (auto ok = expect_counts(input, 0, 1); !ok) return std::unexpected(ok.error());
  if (auto ok = expect_coins(input); !ok) return std::unexpected(ok.error());
  if (!input.signed_by(command.appraiser)) return fail(ErrorCode::signature_missing);
  const auto* before = input.registry.get<PanelEntry>(panel_key(command.asset));
  if (before == nullptr) return fail(ErrorCode::panel_unknown);
  const auto* stake = find_stake(*before, command.appraiser);
  const auto free = stake == nullptr ? 0 : stake->free();
  if (command.amount > free) return fail(ErrorCode::stake_locked, 0, free);
  const auto& coin = std::get<Coin>(*input.outputs.front().output);
  if (coin.asset != command.asset || coin.amount != command.amount) {
    return fail(ErrorCode::not_conserved, input.outputs.front().index, command.amount);
  }
  if (auto ok = check_policies(input, sum_coins(input)); !ok) return std::unexpected(ok.error());
  auto panel = *before;
  change_stake(panel, command.appraiser, [&](Stake& s) { s.amount -= command.amount; });
  return Delta{{{panel_key(command.asset), std::move(panel)}}};
}

}  // namespace tally::contracts
