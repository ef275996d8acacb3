#include "contracts/item/lot_step_out.hpp"

#include <map>

#include "contracts/delegation/authority.hpp"
#include "contracts/item/claimed_items.hpp"
#include "contracts/item/taint.hpp"
#include "contracts/limits.hpp"
#include "crypto/merkle.hpp"

namespace tally::contracts {
namespace {

// The claimed items. Errors: as apply() has them, to claim_type.
Result<std::vector<const Item*>> new_items(const RuleInput& input, const LotStepOut& command) {
  if (!input.inputs.empty()) return fail(ErrorCode::claim_count, input.inputs.front().index);
  if (input.outputs.empty() || input.outputs.size() != command.steps.size()) {
    return fail(ErrorCode::claim_count, 0, command.steps.size());
  }
  if (input.outputs.size() > kItemsPerCommandMax) {
    return fail(ErrorCode::too_many_items, 0, kItemsPerCommandMax);
  }
  return claimed_outputs(input);
}

Result<std::vector<std::string_view>> keys_in_lot(const RuleInput& input,
                                                  std::span<const Item* const> items,
                                                  const LotEntry& lot) {
  std::vector<std::string_view> keys;
  keys.reserve(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto& key = items[i]->gs1_key;
    if (!valid_gs1_key(key)) return fail(ErrorCode::gs1_key_invalid, input.outputs[i].index);
    if (!serial_in_lot(key, lot.gs1_key)) {
      return fail(ErrorCode::lot_mismatch, input.outputs[i].index);
    }
    keys.push_back(key);
  }
  return keys;
}

bool proves(const LotStep& step, const LotEntry& lot, std::string_view gs1_key) {
  const auto leaf = lot_leaf(step.salt, step.index, *serial_in_lot(gs1_key, lot.gs1_key));
  return crypto::merkle_verify(lot.root, leaf, step.index, lot.count, step.path);
}

// The pages of a lot as the command leaves them.
class Pages {
 public:
  Pages(const Registry& registry, const Hash32& lot) : registry_(registry), lot_(lot) {}

  // Sets the bit of an index; false if it was set.
  bool use(std::uint64_t index) {
    const auto key = lot_page_key(lot_, index);
    auto at = pages_.find(key);
    if (at == pages_.end()) at = pages_.emplace(key, page(key, index)).first;
    const auto bit = index % kLotPageBits;
    auto& byte = at->second.bits[bit / 8];
    const auto mask = static_cast<std::uint8_t>(1u << (bit % 8));
    if ((byte & mask) != 0) return false;
    byte |= mask;
    return true;
  }
  void write(Delta& delta) {
    for (auto& [key, page] : pages_) delta.writes.push_back({key, std::move(page)});
  }

 private:
  [[nodiscard]] LotPageEntry page(const RegistryKey& key, std::uint64_t index) const {
    const auto* entry = registry_.get<LotPageEntry>(key);
    LotPageEntry page{lot_, static_cast<std::uint32_t>(index / kLotPageBits), {}};
    if (entry != nullptr) page.bits = entry->bits;
    page.bits.resize(kLotPageBits / 8);
    return page;
  }

  const Registry& registry_;
  const Hash32& lot_;
  std::map<RegistryKey, LotPageEntry> pages_;
};

ItemEntry stepped_out(const LotEntry& lot, const Batch& batch, std::string_view gs1_key,
                      std::uint64_t time_ms) {
  ItemEntry entry;
  entry.gs1_key = gs1_key;
  entry.status = ItemStatus::commissioned;
  entry.prefix = lot.prefix;
  entry.authority = lot.authority;
  entry.attributes = lot.attributes;
  entry.since_ms = time_ms;
  entry.batches = {batch};
  append_event(entry, lot.event_hash);
  return entry;
}

}  // namespace

Result<Delta> apply(const RuleInput& input, const LotStepOut& command) {
  const auto items = new_items(input, command);
  if (!items) return std::unexpected(items.error());
  const auto& registry = input.registry;
  const auto* lot = registry.get<LotEntry>(lot_key(command.lot));
  if (lot == nullptr) return fail(ErrorCode::lot_unknown);
  const auto keys = keys_in_lot(input, *items, *lot);
  if (!keys) return std::unexpected(keys.error());
  auto delegation = acting_for(input, lot->authority, {LotStepOut::kNumber, *keys, std::nullopt});
  if (!delegation) return std::unexpected(delegation.error());
  const auto now_ms = input.block.time_ms;
  const Batch batch{BatchKind::lot, lot_id(lot->gs1_key)};
  if (const auto flag = batch_flag(batch, registry, now_ms)) {
    return fail(ErrorCode::item_flagged, 0, flag->expires_ms);
  }

  Delta delta;
  delta.writes.reserve(keys->size() + 3);
  Pages pages(registry, batch.id);
  const auto twice = first_duplicate(*keys);
  for (std::size_t i = 0; i < keys->size(); ++i) {
    const auto index = input.outputs[i].index;
    const auto& step = command.steps[i];
    if (!proves(step, *lot, (*keys)[i])) return fail(ErrorCode::lot_proof, index);
    if (!pages.use(step.index)) return fail(ErrorCode::lot_stepped_out, index);
    if (i == twice || registry.find(item_key((*keys)[i])) != nullptr) {
      return fail(ErrorCode::item_exists, index);
    }
    delta.writes.push_back({item_key((*keys)[i]), stepped_out(*lot, batch, (*keys)[i], now_ms)});
  }
  pages.write(delta);
  auto after = *lot;
  after.stepped_out += keys->size();
  delta.writes.push_back({lot_key(lot->gs1_key), std::move(after)});
  if (*delegation) delta.writes.push_back(**std::move(delegation));
  return delta;
}

}  // namespace tally::contracts
