#include "contracts/item/item_flag_set.hpp"

#include "contracts/item/claimed_items.hpp"
#include "contracts/limits.hpp"

namespace tally::contracts {
namespace {

bool valid_expiry(const ItemFlagSet& command, std::uint64_t time_ms) {
  if (command.clear) return command.expires_ms == 0;
  return command.expires_ms > time_ms && command.expires_ms - time_ms <= kFlagMsMax;
}

}  // namespace

Result<Delta> apply(const RuleInput& input, const ItemFlagSet& command) {
  if (auto ok = expect_counts(input, 0, 0); !ok) return std::unexpected(ok.error());
  const auto now_ms = input.block.time_ms;
  if (!valid_expiry(command, now_ms)) return fail(ErrorCode::flag_invalid);
  if (auto ok = input.signed_by_quorum(); !ok) return std::unexpected(ok.error());
  const auto item = live_item(input.registry, command.gs1_key, 0);
  if (!item) return std::unexpected(item.error());

  auto entry = **item;
  if (command.clear) {
    if (!flagged(entry, now_ms) || entry.flag->flag != command.flag) {
      return fail(ErrorCode::flag_not_set);
    }
    entry.flag.reset();
  } else {
    if (!input.signed_by(entry.authority)) return fail(ErrorCode::signature_missing);
    entry.flag = FlagState{command.flag, command.reason_hash, now_ms, command.expires_ms};
  }
  return Delta{{{item_key(command.gs1_key), std::move(entry)}}};
}

}  // namespace tally::contracts
