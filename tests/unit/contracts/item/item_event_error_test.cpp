#include "contracts/item/item_event_error.hpp"

#include "unit/contracts/item/items.hpp"

namespace tally::contracts {
namespace {

Case valid_case() {
  Case c;
  put_item(c, kBag1);
  put_item(c, kBag2).status = ItemStatus::decommissioned;
  c.sign("brand").command(
      ItemEventError{{kBag1, kBag2}, hash_of("wrong"), hash_of("reason"), hash_of("declared")});
  return c;
}

TEST(ItemEventError, KeepsTheDeclarationAndUndoesNothing) {
  const auto c = valid_case();
  Delta expected;
  for (const auto& key : {kBag1, kBag2}) {
    auto entry = *c.registry.get<ItemEntry>(item_key(key));
    append_event(entry, hash_of("declared"));
    entry.errors = {{hash_of("wrong"), hash_of("reason"), c.block.time_ms}};
    expected.writes.push_back({item_key(key), entry});
  }
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_TRUE(*delta == expected);
}

TEST(ItemEventError, ErrorsInPrecedenceOrder) {
  run_table(
      valid_case,
      {{"an item is claimed", [](Case& c) { claim(c, Item{kBag3, lock_of("brand")}); },
        ErrorCode::claim_count},
       {"too many items",
        [](Case& c) { c.body<ItemEventError>().gs1_keys.resize(kItemsPerCommandMax + 1); },
        ErrorCode::too_many_items},
       {"an item twice", [](Case& c) { c.body<ItemEventError>().gs1_keys.push_back(kBag1); },
        ErrorCode::duplicate_item},
       {"no such item", [](Case& c) { c.body<ItemEventError>().gs1_keys.push_back(kForeignBag); },
        ErrorCode::item_unknown},
       {"the brand has not signed", [](Case& c) { c.tx.signers = {key_of("ana")}; },
        ErrorCode::delegation_missing}});
}

TEST(ItemEventError, NamesAnItemAtLeast) {
  auto c = valid_case();
  c.body<ItemEventError>().gs1_keys.clear();
  EXPECT_EQ(error_of(c).code, ErrorCode::no_items);
}

TEST(ItemEventError, KeepsTheLatest) {
  auto c = valid_case();
  auto& errors = c.registry.at<ItemEntry>(item_key(kBag1)).errors;
  while (errors.size() < kEventErrorsMax) errors.push_back({{}, {}, errors.size()});
  const auto after = written<ItemEntry>(c.run(), item_key(kBag1)).errors;
  EXPECT_EQ(after.size(), kEventErrorsMax);
  EXPECT_EQ(after.front().time_ms, 1u);
  EXPECT_EQ(after.back().wrong_hash, hash_of("wrong"));
}

}  // namespace
}  // namespace tally::contracts
