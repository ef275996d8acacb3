#include "contracts/authentication/appraiser_bond.hpp"

#include "contracts/asset/coins.hpp"
#include "contracts/authentication/case_step.hpp"
#include "contracts/limits.hpp"

namespace tally::contracts {

Result<Delta> apply(const RuleInput& input, const AppraiserBond& command) {
  if (input.inputs.empty()) return fail(ErrorCode::claim_count, 0, 1);
  if (auto ok = expect_coins(input); !ok) return std::unexpected(ok.error());
  if (!input.signed_by(command.appraiser)) return fail(ErrorCode::signature_missing);
  if (!accredited_appraiser(input.registry, command.appraiser)) {
    return fail(ErrorCode::not_accredited);
  }
  const auto* before = input.registry.get<PanelEntry>(panel_key(command.asset));
  if (before == nullptr) return fail(ErrorCode::panel_unknown);
  if (command.amount == 0) return fail(ErrorCode::amount_zero);
  if (find_stake(*before, command.appraiser) == nullptr && before->roll.size() >= kRollMax) {
    return fail(ErrorCode::roll_full, 0, kRollMax);
  }
  Delta delta;
  auto panel = *before;
  if (auto ok = enter_exactly(input, command.appraiser, AppraiserBond::kNumber,
                              {command.asset, command.amount}, delta);
      !ok) {
    return std::unexpected(ok.error());
  }
  change_stake(panel, command.appraiser, [&](Stake& stake) { stake.amount += command.amount; });
  delta.writes.push_back({panel_key(command.asset), std::move(panel)});
  return delta;
}

}  // namespace tally::contracts
