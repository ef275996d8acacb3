#include "contracts/order/authenticity.hpp"

#include <algorithm>

#include "contracts/item/taint.hpp"
#include "contracts/limits.hpp"

namespace tally::contracts {
namespace {

// A prefix that was withdrawn and registered for another brand does not vouch for what the first
// one commissioned.
bool commissioned_by_brand(const ItemEntry& item, const Registry& registry) {
  if (item.status != ItemStatus::commissioned) return false;
  const auto* prefix = registry.get<PrefixEntry>(prefix_key(item.prefix));
  return prefix != nullptr && prefix->withdrawn_ms == 0 && !prefix->brand.is_zero() &&
         prefix->brand == item.authority;
}

std::uint32_t genuine_verdicts(const ItemEntry& item, std::uint32_t days_max,
                               std::uint64_t time_ms) {
  std::vector<PublicKey> appraisers;
  for (const auto& attestation : item.attestations) {
    if (attestation.verdict != Verdict::genuine) continue;
    if (time_ms > attestation.time_ms + days_max * kDayMs) continue;
    if (std::ranges::find(appraisers, attestation.appraiser) != appraisers.end()) continue;
    appraisers.push_back(attestation.appraiser);
  }
  return static_cast<std::uint32_t>(appraisers.size());
}

Result<void> check_line(const OrderLine& line, std::size_t index, const AuthenticityPolicy& policy,
                        const Registry& registry, std::uint64_t time_ms) {
  const auto* item = registry.get<ItemEntry>(item_key(line.gs1_key));
  if (item == nullptr) return fail(ErrorCode::item_unknown, index);
  if (blocking_flag(*item, registry, time_ms) || ended(item->status)) {
    return fail(ErrorCode::order_policy_flag, index);
  }
  const auto inside = item->contents.value_or(Contents{});
  if (!item->challenges.empty() || inside.challenges > 0) {
    return fail(ErrorCode::order_policy_challenge, index,
                item->challenges.size() + inside.challenges);
  }
  const bool by_brand = commissioned_by_brand(*item, registry) && inside.admitted == 0;
  if (!policy.accept_commissioned || !by_brand) {
    if (policy.verdicts_min == 0) return fail(ErrorCode::order_policy_commission, index);
    const auto count = genuine_verdicts(*item, policy.verdict_days_max, time_ms);
    if (count < policy.verdicts_min) {
      return fail(ErrorCode::order_policy_verdicts, index, policy.verdicts_min - count);
    }
  }
  for (std::size_t i = 0; i < line.attributes.size(); ++i) {
    if (std::ranges::find(item->attributes, line.attributes[i]) == item->attributes.end()) {
      return fail(ErrorCode::order_attributes_mismatch, index, i);
    }
  }
  return {};
}

}  // namespace

Result<void> check_authenticity(const OrderTerms& terms, const Registry& registry,
                                std::uint64_t time_ms) {
  for (std::size_t i = 0; i < terms.lines.size(); ++i) {
    if (auto ok = check_line(terms.lines[i], i, terms.policy, registry, time_ms); !ok) return ok;
  }
  return {};
}

}  // namespace tally::contracts
