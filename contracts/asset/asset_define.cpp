#include "contracts/asset/asset_define.hpp"

#include <algorithm>

#include "contracts/asset/coins.hpp"
#include "contracts/limits.hpp"

namespace tally::contracts {
namespace {

bool valid_merchants(std::vector<PublicKey> keys) {
  if (keys.size() > kAcceptedAtMax) return false;
  std::ranges::sort(keys);
  return std::ranges::adjacent_find(keys) == keys.end() &&
         (keys.empty() || !keys.front().is_zero());
}

Result<void> check_terms(const RuleInput& input, const AssetDefine& command) {
  const auto& terms = command.terms;
  if (command.kind != AssetKind::iou) {
    if (terms) return fail(ErrorCode::terms_invalid);
    return {};
  }
  if (!terms) return fail(ErrorCode::terms_missing);
  if (terms->promised_asset.has_value() == terms->promised_hash.has_value() ||
      (terms->maturity_ms != 0 && terms->maturity_ms < input.block.time_ms) ||
      !valid_merchants(terms->accepted_at)) {
    return fail(ErrorCode::terms_invalid);
  }
  if (!terms->promised_asset) return {};
  const auto* promised = input.registry.get<AssetEntry>(asset_key(*terms->promised_asset));
  if (promised == nullptr) return fail(ErrorCode::asset_unknown);
  // A chain of promises would have no bottom, and two IOUs could promise each other.
  if (promised->kind == AssetKind::iou) return fail(ErrorCode::terms_invalid);
  return {};
}

Result<void> check_policies_defined(const AssetDefine& command) {
  const auto& policies = command.policies;
  if (command.decimals > kDecimalsMax) {
    return fail(ErrorCode::decimals_invalid, 0, kDecimalsMax);
  }
  if (policies.supply_max == 0 || policies.supply_max > kSupplyMax) {
    return fail(ErrorCode::supply_invalid, 0, kSupplyMax);
  }
  if (policies.minimum_unit == 0 || policies.minimum_unit > policies.supply_max) {
    return fail(ErrorCode::minimum_unit_invalid);
  }
  return {};
}

}  // namespace

Result<Delta> apply(const RuleInput& input, const AssetDefine& command) {
  if (auto ok = expect_counts(input, 0, 0); !ok) return std::unexpected(ok.error());
  if (!input.signed_by(command.issuer)) return fail(ErrorCode::signature_missing);
  const auto folded = fold_symbol(command.symbol);
  if (!folded) return fail(ErrorCode::symbol_invalid);
  const auto at_symbol = symbol_key(*folded);
  if (input.registry.find(at_symbol) != nullptr) return fail(ErrorCode::symbol_taken);
  if (auto ok = check_policies_defined(command); !ok) return std::unexpected(ok.error());
  if (auto ok = check_licence(input, command.issuer, command.kind); !ok) {
    return std::unexpected(ok.error());
  }
  if (auto ok = check_terms(input, command); !ok) return std::unexpected(ok.error());

  AssetEntry asset;
  asset.id = asset_id(command.issuer, *folded);
  asset.issuer = command.issuer;
  asset.kind = command.kind;
  asset.symbol = command.symbol;
  asset.decimals = command.decimals;
  asset.policies = command.policies;
  asset.terms = command.terms;
  asset.since_ms = input.block.time_ms;
  Delta delta;
  delta.writes.push_back({at_symbol, SymbolEntry{asset.id}});
  delta.writes.push_back({asset_key(asset.id), std::move(asset)});
  return delta;
}

}  // namespace tally::contracts
