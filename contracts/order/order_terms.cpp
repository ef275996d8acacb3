#include "contracts/order/order_terms.hpp"

#include <algorithm>

#include "contracts/limits.hpp"

namespace tally::contracts {
namespace {

Result<void> refuse(TermsFault fault, std::size_t index = 0) {
  return fail(ErrorCode::order_terms_invalid, index, static_cast<std::uint64_t>(fault));
}

Result<void> check_lines(const std::vector<OrderLine>& lines) {
  if (lines.empty() || lines.size() > kOrderLinesMax) return refuse(TermsFault::line_count);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].price == 0) return refuse(TermsFault::line_price, i);
    const auto earlier = std::find_if(lines.begin(), lines.begin() + i, [&](const auto& line) {
      return line.gs1_key == lines[i].gs1_key;
    });
    if (earlier != lines.begin() + i) return refuse(TermsFault::line_item, i);
    if (!valid_attributes(lines[i].attributes)) return refuse(TermsFault::attributes, i);
  }
  return {};
}

bool can_be_met(const AuthenticityPolicy& policy) {
  if (policy.verdicts_min == 0) return policy.accept_commissioned;
  return policy.verdicts_min <= kAttestationsMax && policy.verdict_days_max > 0;
}

Result<void> check_periods(const OrderPeriods& periods) {
  const std::uint64_t all[] = {periods.offer_ms,   periods.accept_ms,  periods.ship_ms,
                               periods.transit_ms, periods.inspect_ms, periods.dispute_ms};
  for (std::size_t i = 0; i < std::size(all); ++i) {
    if (all[i] < kOrderStageMsMin || all[i] > kOrderStageMsMax) {
      return refuse(TermsFault::periods, i);
    }
  }
  return {};
}

Result<void> check_ious(const OrderTerms& terms, const Registry& registry) {
  const auto& ious = terms.accepted_ious;
  if (ious.size() > kAcceptedIousMax) return refuse(TermsFault::iou_count);
  for (std::size_t i = 0; i < ious.size(); ++i) {
    const auto* asset = registry.get<AssetEntry>(asset_key(ious[i]));
    if (std::find(ious.begin(), ious.begin() + i, ious[i]) != ious.begin() + i ||
        asset == nullptr || asset->kind != AssetKind::iou || !asset->terms ||
        asset->terms->promised_asset != terms.price_asset) {
      return refuse(TermsFault::iou, i);
    }
  }
  return {};
}

// A reward that could never be reserved would promise the buyer what cannot come.
bool loyalty_allowed(const OrderTerms& terms, const Registry& registry) {
  if (!terms.loyalty) return true;
  const auto* asset = registry.get<AssetEntry>(asset_key(terms.loyalty->asset));
  return asset != nullptr && asset->kind == AssetKind::loyalty && asset->issuer == terms.seller &&
         terms.loyalty->amount > 0 && terms.loyalty->amount % asset->policies.minimum_unit == 0;
}

}  // namespace

Result<void> check_terms(const OrderTerms& terms, const Registry& registry) {
  if (auto ok = check_lines(terms.lines); !ok) return ok;
  const auto price = order_price(terms);
  if (!price || *price > kSupplyMax) return refuse(TermsFault::price_sum);
  if (terms.named_buyer == terms.seller) return refuse(TermsFault::named_buyer);
  if (terms.carrier == terms.seller) return refuse(TermsFault::carrier);
  if (!can_be_met(terms.policy)) return refuse(TermsFault::policy);
  if (auto ok = check_periods(terms.periods); !ok) return ok;
  if (terms.dispute_buyer_bps > kBasisPoints) return refuse(TermsFault::split);
  if (registry.get<AssetEntry>(asset_key(terms.price_asset)) == nullptr) {
    return refuse(TermsFault::price_asset);
  }
  if (auto ok = check_ious(terms, registry); !ok) return ok;
  if (!loyalty_allowed(terms, registry)) return refuse(TermsFault::loyalty);
  return {};
}

}  // namespace tally::contracts
