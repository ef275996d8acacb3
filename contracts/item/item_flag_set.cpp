#include "contracts/item/item_flag_set.hpp"

#include <algorithm>
#include <iterator>

#include "contracts/item/claimed_items.hpp"
#include "contracts/item/containers.hpp"
#include "contracts/limits.hpp"

namespace tally::contracts {
namespace {

bool valid_expiry(const ItemFlagSet& command, std::uint64_t time_ms) {
  if (command.clear) return command.expires_ms == 0;
  return command.expires_ms > time_ms && command.expires_ms - time_ms <= kFlagMsMax;
}

// Sets or clears, by the authority of what is flagged. Errors: signature_missing, flag_not_set.
Result<void> change_flag(const RuleInput& input, const ItemFlagSet& command,
                         const PublicKey& authority, std::optional<FlagState>& flag) {
  const auto now_ms = input.block.time_ms;
  if (!command.clear) {
    if (!input.signed_by(authority)) return fail(ErrorCode::signature_missing);
    flag = FlagState{command.flag, command.reason_hash, now_ms, command.expires_ms};
    return {};
  }
  if (!flag || flag->flag != command.flag || now_ms >= flag->expires_ms) {
    return fail(ErrorCode::flag_not_set);
  }
  flag.reset();
  return {};
}

Result<Delta> flag_lot(const RuleInput& input, const ItemFlagSet& command) {
  const auto key = lot_key(command.gs1_key);
  const auto* lot = input.registry.get<LotEntry>(key);
  if (lot == nullptr) return fail(ErrorCode::lot_unknown);
  auto entry = *lot;
  if (auto ok = change_flag(input, command, entry.authority, entry.flag); !ok) {
    return std::unexpected(ok.error());
  }
  return Delta{{{key, std::move(entry)}}};
}

// Where the flag of an item counts beside its own entry.
std::vector<RegistryWrite> count_around(const Registry& registry, const ItemEntry& before,
                                        const ItemEntry& after) {
  const bool was = before.flag.has_value();
  const bool is = after.flag.has_value();
  const auto expires_ms = is ? after.flag->expires_ms : 0;
  if (after.used_in) {
    const auto key = transformation_key(*after.used_in);
    const auto* made = registry.get<TransformationEntry>(key);
    if (made == nullptr) return {};
    auto entry = *made;
    count_flag(entry, was, is, expires_ms);
    return {{key, std::move(entry)}};
  }
  return tell_containers(registry, after,
                         [&](Contents& sums) { count_flag(sums, was, is, expires_ms); });
}

}  // namespace

Result<Delta> apply(const RuleInput& input, const ItemFlagSet& command) {
  if (auto ok = expect_counts(input, 0, 0); !ok) return std::unexpected(ok.error());
  if (!valid_expiry(command, input.block.time_ms)) return fail(ErrorCode::flag_invalid);
  if (auto ok = input.signed_by_quorum(); !ok) return std::unexpected(ok.error());
  if (valid_lot_key(command.gs1_key)) return flag_lot(input, command);
  const auto key = item_key(command.gs1_key);
  const auto* item = input.registry.get<ItemEntry>(key);
  if (item == nullptr) return fail(ErrorCode::item_unknown);
  if (ended(item->status) && item->status != ItemStatus::transformed) {
    return fail(ErrorCode::item_decommissioned);
  }
  auto entry = *item;
  if (auto ok = change_flag(input, command, entry.authority, entry.flag); !ok) {
    return std::unexpected(ok.error());
  }
  auto around = count_around(input.registry, *item, entry);
  Delta delta{{{key, std::move(entry)}}};
  std::ranges::move(around, std::back_inserter(delta.writes));
  return delta;
}

}  // namespace tally::contracts
