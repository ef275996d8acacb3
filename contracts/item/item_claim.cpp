#include "contracts/item/item_claim.hpp"

#include "contracts/delegation/authority.hpp"
#include "contracts/item/claimed_items.hpp"
#include "contracts/limits.hpp"

namespace tally::contracts {

Result<Delta> apply(const RuleInput& input, const ItemClaim& command) {
  if (auto ok = expect_counts(input, 0, 0); !ok) return std::unexpected(ok.error());
  if (command.gs1_keys.size() > kItemsPerCommandMax) {
    return fail(ErrorCode::too_many_items, 0, kItemsPerCommandMax);
  }
  const auto keys = views_of(command.gs1_keys);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (!valid_gs1_key(keys[i])) return fail(ErrorCode::gs1_key_invalid, i);
  }
  if (const auto twice = first_duplicate(keys)) return fail(ErrorCode::duplicate_item, *twice);
  auto delegation = acting_for(input, command.claimant, {ItemClaim::kNumber, keys, std::nullopt});
  if (!delegation) return std::unexpected(delegation.error());

  Delta delta;
  if (*delegation) delta.writes.push_back(**std::move(delegation));
  return delta;
}

}  // namespace tally::contracts
