// What the commands about items need beside their bodies.
#include "contracts/lot.hpp"
#include "crypto/merkle.hpp"
#include "fuzz/support/draft.hpp"
#include "fuzz/support/plausible.hpp"

namespace tally::fuzz {

using namespace contracts;

namespace {

// Items 1 … 6 of the class, which single items of plausible_gs1_key() belong to as well.
constexpr std::string_view kClass = "01/09506000134352";
constexpr std::size_t kLotItems = 6;

std::string lot_named(Input& input) {
  return std::string(kClass) + (input.flag() ? "/10/L1" : "/10/L2");
}
std::string serial(std::size_t index) { return "A" + std::to_string(index + 1); }

std::vector<Hash32> lot_payloads() {
  std::vector<Hash32> payloads;
  for (std::size_t i = 0; i < kLotItems; ++i) payloads.push_back(lot_leaf({}, i, serial(i)));
  return payloads;
}

const ItemEntry* entry_of(const Draft& draft, const Item& item) {
  return draft.model.registry.get<ItemEntry>(item_key(item.gs1_key));
}

Quantity kilograms(std::uint64_t milli) { return {"KGM", milli}; }

}  // namespace

void claim(Draft& draft, ItemCommission&) {
  for (auto count = 1 + draft.input.choice(3); count > 0; --count) {
    draft.make(Item{plausible_gs1_key(draft.input), KeyLock{draft.person()}});
  }
}
void claim(Draft& draft, ItemAdmit&) {
  draft.make(Item{plausible_gs1_key(draft.input), KeyLock{draft.person()}});
}
void claim(Draft& draft, ItemTransfer&) {
  for (auto count = 1 + draft.input.choice(3); count > 0; --count) {
    const auto* item = draft.pick<Item>();
    if (item != nullptr) draft.make(Item{item->gs1_key, plausible<Lock>(draft.input)});
  }
}
void claim(Draft& draft, ItemDecommission&) { draft.pick<Item>(); }
void claim(Draft& draft, LotCommission& body) {
  body.gs1_key = lot_named(draft.input);
  body.count = kLotItems;
  body.root = crypto::merkle_root(lot_payloads());
}
void claim(Draft& draft, LotStepOut& body) {
  body.lot = lot_named(draft.input);
  body.steps.clear();
  for (auto count = 1 + draft.input.choice(2); count > 0; --count) {
    const auto index = draft.input.choice(kLotItems);
    body.steps.push_back({index, {}, crypto::merkle_prove(lot_payloads(), index)});
    draft.make(Item{std::string(kClass) + "/21/" + serial(index), KeyLock{draft.person()}});
  }
}
void claim(Draft& draft, ItemAggregate&) {
  const auto* container = draft.pick<Item>();
  if (container == nullptr) return;
  for (auto count = 1 + draft.input.choice(2); count > 0; --count) {
    draft.pick<Item>([&](const Item& x) { return x.lock == container->lock; });
  }
  draft.make(*container);
}
void claim(Draft& draft, ItemDisaggregate&) {
  const auto* container = draft.pick<Item>([&](const Item& x) {
    const auto* entry = entry_of(draft, x);
    return entry != nullptr && entry->contents;
  });
  if (container == nullptr) return;
  draft.make(*container);
  for (const auto& [key, entry] : draft.model.registry.entries) {
    const auto* item = std::get_if<ItemEntry>(&entry);
    if (item == nullptr || item->packed_in != container->gs1_key) continue;
    draft.make(Item{item->gs1_key, container->lock});
    if (draft.input.flag()) break;
  }
}
void claim(Draft& draft, ItemAssociate& body) {
  body.parts.clear();
  if (draft.input.flag()) body.parts.push_back(plausible_gs1_key(draft.input));
  if (body.parts.empty() && body.seals.empty()) body.seals.emplace_back();
  body.dissociate = body.dissociate && draft.input.flag();
}
void claim(Draft& draft, ItemTransform& body) {
  body.used.clear();
  body.made.clear();
  body.lost.clear();
  std::uint64_t sum = 0;
  for (auto count = 1 + draft.input.choice(2); count > 0; --count) {
    const auto* item = draft.pick<Item>();
    if (item == nullptr) continue;
    const auto* entry = entry_of(draft, *item);
    body.used.push_back(entry != nullptr && entry->quantity ? *entry->quantity : kilograms(1'000));
    sum += body.used.back().milli;
  }
  const auto lost = draft.input.choice(2);
  if (lost > 0) body.lost.push_back(kilograms(lost));
  body.made.push_back(kilograms(sum - lost));
  draft.make(Item{plausible_gs1_key(draft.input), KeyLock{draft.person()}});
}
void claim(Draft& draft, ItemMerge& body) {
  const auto* item = draft.pick<Item>([&](const Item& x) {
    const auto* entry = entry_of(draft, x);
    return entry != nullptr && entry->status == ItemStatus::admitted;
  });
  if (item == nullptr) return;
  const auto key = plausible_gs1_key(draft.input);
  const auto* issued = draft.pick<Item>([&](const Item& x) { return x.gs1_key == key; });
  if (issued != nullptr) body.attributes.clear();
  draft.make(Item{key, plausible<Lock>(draft.input)});
}

}  // namespace tally::fuzz
