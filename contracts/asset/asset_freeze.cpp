#include "contracts/asset/asset_freeze.hpp"

namespace tally::contracts {

Result<Delta> apply(const RuleInput& input, const AssetFreeze& command) {
  if (auto ok = expect_counts(input, 0, 0); !ok) return std::unexpected(ok.error());
  const auto key = asset_key(command.asset);
  const auto* asset = input.registry.get<AssetEntry>(key);
  if (asset == nullptr) return fail(ErrorCode::asset_unknown);
  if (!input.signed_by(asset->issuer)) return fail(ErrorCode::not_issuer);
  if (!asset->policies.freezable) return fail(ErrorCode::not_freezable);
  auto after = *asset;
  Delta delta;
  if (command.holder) {
    const auto at = freeze_key(command.asset, *command.holder);
    const auto* freeze = input.registry.get<FreezeEntry>(at);
    const bool was_frozen = freeze != nullptr && freeze->frozen;
    if (was_frozen == command.frozen) return fail(ErrorCode::no_change);
    if (command.frozen) {
      ++after.frozen_holders;
    } else {
      --after.frozen_holders;
    }
    delta.writes.push_back({at, FreezeEntry{command.asset, *command.holder, command.frozen}});
  } else {
    if (after.frozen == command.frozen) return fail(ErrorCode::no_change);
    after.frozen = command.frozen;
  }
  delta.writes.push_back({key, std::move(after)});
  return delta;
}

}  // namespace tally::contracts
