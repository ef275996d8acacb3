#include "contracts/item/containers.hpp"

#include <algorithm>

#include "contracts/limits.hpp"

namespace tally::contracts {
namespace {

// What an item brings into a container and takes out of it again.
Contents load_of(const ItemEntry& item) {
  auto load = item.contents.value_or(Contents{});
  load.children = 1;
  ++load.items;
  ++load.height;
  load.admitted += item.status == ItemStatus::admitted ? 1 : 0;
  load.challenges += static_cast<std::uint32_t>(item.challenges.size());
  if (item.flag) count_flag(load, false, true, item.flag->expires_ms);
  for (const auto& batch : item.batches) {
    const auto at = std::ranges::lower_bound(load.batches, batch, {}, &BatchCount::batch);
    if (at != load.batches.end() && at->batch == batch) {
      ++at->count;
    } else {
      load.batches.insert(at, {batch, 1});
    }
  }
  return load;
}

std::vector<BatchCount> joined(const std::vector<BatchCount>& a, const std::vector<BatchCount>& b) {
  std::vector<BatchCount> out;
  auto left = a.begin();
  auto right = b.begin();
  while (left != a.end() || right != b.end()) {
    if (right == b.end() || (left != a.end() && left->batch < right->batch)) {
      out.push_back(*left++);
    } else if (left == a.end() || right->batch < left->batch) {
      out.push_back(*right++);
    } else {
      out.push_back({left->batch, left->count + right->count});
      ++left;
      ++right;
    }
  }
  return out;
}

void take_batches(std::vector<BatchCount>& batches, const std::vector<BatchCount>& away) {
  for (const auto& [batch, count] : away) {
    const auto at = std::ranges::lower_bound(batches, batch, {}, &BatchCount::batch);
    if (at == batches.end() || at->batch != batch) continue;
    at->count -= std::min(at->count, count);
    if (at->count == 0) batches.erase(at);
  }
}

}  // namespace

bool pack(std::optional<Contents>& contents, const ItemEntry& item) {
  const auto load = load_of(item);
  auto sums = contents.value_or(Contents{});
  sums.children += load.children;
  sums.items += load.items;
  sums.height = std::max(sums.height, load.height);
  sums.admitted += load.admitted;
  sums.challenges += load.challenges;
  sums.flags += load.flags;
  sums.flags_until_ms = std::max(sums.flags_until_ms, load.flags_until_ms);
  sums.batches = joined(sums.batches, load.batches);
  if (sums.height > kContainerHeightMax || sums.items > kContainerItemsMax ||
      sums.batches.size() > kContainerBatchesMax) {
    return false;
  }
  contents = std::move(sums);
  return true;
}

void unpack(std::optional<Contents>& contents, const ItemEntry& item) {
  if (!contents) return;
  if (contents->children <= 1) {
    contents.reset();
    return;
  }
  const auto load = load_of(item);
  --contents->children;
  contents->items -= load.items;
  contents->admitted -= load.admitted;
  contents->challenges -= load.challenges;
  contents->flags -= load.flags;
  if (contents->flags == 0) contents->flags_until_ms = 0;
  take_batches(contents->batches, load.batches);
}

std::vector<RegistryWrite> tell_containers(const Registry& registry, const ItemEntry& item,
                                           const std::function<void(Contents&)>& change) {
  std::vector<RegistryWrite> writes;
  const auto* inner = &item;
  while (!inner->packed_in.empty() && writes.size() < kContainerHeightMax) {
    const auto key = item_key(inner->packed_in);
    inner = registry.get<ItemEntry>(key);
    if (inner == nullptr || !inner->contents) break;
    auto outer = *inner;
    change(*outer.contents);
    writes.push_back({key, std::move(outer)});
  }
  return writes;
}

void drop_expired_flag(ItemEntry& item, std::uint64_t time_ms) {
  if (!flagged(item, time_ms)) item.flag.reset();
}

bool holds_others(const ItemEntry& item) {
  return item.contents || std::ranges::any_of(item.parts, [](const Part& part) {
           return part.kind == PartKind::item && part.removed_ms == 0;
         });
}

}  // namespace tally::contracts
