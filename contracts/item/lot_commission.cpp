#include "contracts/item/lot_commission.hpp"

#include "contracts/delegation/authority.hpp"
#include "contracts/item/claimed_items.hpp"
#include "contracts/limits.hpp"

namespace tally::contracts {

Result<Delta> apply(const RuleInput& input, const LotCommission& command) {
  if (auto ok = expect_counts(input, 0, 0); !ok) return std::unexpected(ok.error());
  if (command.count == 0 || command.count > kLotItemsMax) {
    return fail(ErrorCode::lot_count, 0, kLotItemsMax);
  }
  if (!valid_attributes(command.attributes)) return fail(ErrorCode::attributes_invalid);
  if (!valid_lot_key(command.gs1_key)) return fail(ErrorCode::gs1_key_invalid);
  const auto prefix = live_prefix(input.registry, command.prefix);
  if (!prefix) return std::unexpected(prefix.error());
  if (!gs1_key_has_prefix(command.gs1_key, command.prefix)) {
    return fail(ErrorCode::prefix_mismatch);
  }
  const std::string_view key = command.gs1_key;
  auto delegation =
      acting_for(input, (*prefix)->brand,
                 {LotCommission::kNumber, std::span(&key, 1), std::nullopt, command.count});
  if (!delegation) return std::unexpected(delegation.error());
  if (input.registry.find(lot_key(key)) != nullptr) return fail(ErrorCode::lot_exists);

  LotEntry entry;
  entry.gs1_key = command.gs1_key;
  entry.prefix = command.prefix;
  entry.authority = (*prefix)->brand;
  entry.count = command.count;
  entry.root = command.root;
  entry.event_hash = command.event_hash;
  entry.attributes = command.attributes;
  entry.since_ms = input.block.time_ms;
  Delta delta;
  delta.writes.push_back({lot_key(key), std::move(entry)});
  if (*delegation) delta.writes.push_back(**std::move(delegation));
  return delta;
}

}  // namespace tally::contracts
