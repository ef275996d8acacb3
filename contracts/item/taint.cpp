#include "contracts/item/taint.hpp"

namespace tally::contracts {
namespace {

using Flag = std::optional<FlagState>;

Flag in_force(const Flag& flag, std::uint64_t time_ms) {
  return flag && time_ms < flag->expires_ms ? flag : std::nullopt;
}

// Of sums that count flags: Contents, TransformationEntry.
Flag counted_flag(const auto& sums, std::uint64_t time_ms) {
  if (sums.flags == 0) return std::nullopt;
  return in_force(FlagState{ItemFlag::recalled, {}, 0, sums.flags_until_ms}, time_ms);
}

Flag flag_of_origin(const ItemEntry& item, const Registry& registry, std::uint64_t time_ms) {
  for (const auto& batch : item.batches) {
    if (auto flag = batch_flag(batch, registry, time_ms)) return flag;
  }
  return std::nullopt;
}

Flag flag_inside(const Contents& contents, const Registry& registry, std::uint64_t time_ms) {
  for (const auto& [batch, count] : contents.batches) {
    if (auto flag = batch_flag(batch, registry, time_ms)) return flag;
  }
  return std::nullopt;
}

}  // namespace

Flag batch_flag(const Batch& batch, const Registry& registry, std::uint64_t time_ms) {
  switch (batch.kind) {
    case BatchKind::lot: {
      const auto* lot = registry.get<LotEntry>({RegistryKind::lot, batch.id});
      return lot == nullptr ? std::nullopt : in_force(lot->flag, time_ms);
    }
    case BatchKind::transformation: {
      const auto* made = registry.get<TransformationEntry>(transformation_key(batch.id));
      return made == nullptr ? std::nullopt : counted_flag(*made, time_ms);
    }
  }
  return std::nullopt;
}

Flag blocking_flag(const ItemEntry& item, const Registry& registry, std::uint64_t time_ms) {
  if (auto flag = in_force(item.flag, time_ms)) return flag;
  if (item.contents) {
    if (auto flag = counted_flag(*item.contents, time_ms)) return flag;
  }
  if (auto flag = flag_of_origin(item, registry, time_ms)) return flag;
  if (item.contents) {
    if (auto flag = flag_inside(*item.contents, registry, time_ms)) return flag;
  }
  for (const auto& part : item.parts) {
    if (part.kind != PartKind::item || part.removed_ms != 0) continue;
    const auto* entry = registry.get<ItemEntry>({RegistryKind::item, part.id});
    if (entry == nullptr) continue;
    if (auto flag = in_force(entry->flag, time_ms)) return flag;
    if (auto flag = flag_of_origin(*entry, registry, time_ms)) return flag;
  }
  return std::nullopt;
}

}  // namespace tally::contracts
