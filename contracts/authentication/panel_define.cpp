#include "contracts/authentication/panel_define.hpp"

#include "contracts/governance/quorum.hpp"

namespace tally::contracts {
namespace {

bool fits_asset(const PanelTerms& terms, const AssetEntry& asset) {
  const auto unit = asset.policies.minimum_unit;
  return asset.kind == AssetKind::payment && asset.policies.transferable && terms.fee % unit == 0 &&
         terms.bond % unit == 0 && terms.challenge_bond % unit == 0;
}

}  // namespace

Result<Delta> apply(const RuleInput& input, const PanelDefine& command) {
  if (auto ok = check_governance(input); !ok) return std::unexpected(ok.error());
  if (!valid_terms(command.terms)) return fail(ErrorCode::panel_terms_invalid);
  const auto* asset = input.registry.get<AssetEntry>(asset_key(command.asset));
  if (asset == nullptr) return fail(ErrorCode::asset_unknown);
  if (!fits_asset(command.terms, *asset)) return fail(ErrorCode::panel_terms_invalid, 1);

  const auto key = panel_key(command.asset);
  const auto* before = input.registry.get<PanelEntry>(key);
  PanelEntry entry;
  if (before != nullptr) {
    entry = *before;
  } else {
    entry.asset = command.asset;
    entry.since_ms = input.block.time_ms;
  }
  entry.terms = command.terms;
  return Delta{{{key, std::move(entry)}}};
}

}  // namespace tally::contracts
