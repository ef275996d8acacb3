#include "contracts/item/item_observe.hpp"

#include "unit/contracts/item/items.hpp"

namespace tally::contracts {
namespace {

Case valid_case() {
  Case c;
  put_item(c, kBag1);
  put_item(c, kBag2);
  ItemObserve command;
  command.gs1_keys = {kBag1, kBag2};
  command.event_hash = hash_of("received");
  command.disposition = Disposition::sellable_accessible;
  command.custodian = hash_of("boutique");
  c.sign("brand").command(command);
  return c;
}

TEST(ItemObserve, ChainsTheEventAndChangesWhatItSays) {
  auto c = valid_case();
  put_flag(c, kBag1, c.block.time_ms + 1);  // does not hinder
  std::vector<ItemEntry> entries;
  for (const auto& key : {kBag1, kBag2}) {
    auto entry = c.registry.at<ItemEntry>(item_key(key));
    append_event(entry, hash_of("received"));
    entry.disposition = Disposition::sellable_accessible;
    entry.custodian = hash_of("boutique");
    entries.push_back(entry);
  }
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_TRUE(*delta == (Delta{{{item_key(kBag1), entries[0]}, {item_key(kBag2), entries[1]}}}));
}

TEST(ItemObserve, LeavesWhatItDoesNotSay) {
  auto c = valid_case();
  auto entry = put_item(c, kBag1);
  entry.disposition = Disposition::retail_sold;
  entry.custodian = hash_of("ana");
  entry.container = hash_of("box");
  c.registry.put(item_key(kBag1), entry);
  auto& command = c.body<ItemObserve>();
  command.gs1_keys = {kBag1};
  command.disposition.reset();
  command.custodian.reset();
  command.container = Hash32{};  // unpacked
  append_event(entry, hash_of("received"));
  entry.container = {};
  EXPECT_EQ(written<ItemEntry>(c.run(), item_key(kBag1)), entry);
}

TEST(ItemObserve, ErrorsInPrecedenceOrder) {
  const auto keys = [](Case& c) -> auto& { return c.body<ItemObserve>().gs1_keys; };
  run_table(valid_case,
            {{"a coin is claimed", [](Case& c) { claim(c, coin()); }, ErrorCode::claim_count},
             {"too many items", [&](Case& c) { keys(c).resize(kItemsPerCommandMax + 1, kBag1); },
              ErrorCode::too_many_items},
             {"an item is named twice", [&](Case& c) { keys(c).push_back(kBag1); },
              ErrorCode::duplicate_item},
             {"an item is not there", [&](Case& c) { keys(c).insert(keys(c).begin(), kBag3); },
              ErrorCode::item_unknown},
             {"an item is no more",
              [&](Case& c) {
                c.registry.at<ItemEntry>(item_key(kBag2)).status = ItemStatus::decommissioned;
              },
              ErrorCode::item_decommissioned},
             {"the authority has not signed", [](Case& c) { c.tx.signers = {key_of("ana")}; },
              ErrorCode::delegation_missing}});
}

TEST(ItemObserve, Wants1ToTheMaximumOfItems) {
  auto c = valid_case();
  auto& keys = c.body<ItemObserve>().gs1_keys;
  keys.clear();
  EXPECT_EQ(error_of(c).code, ErrorCode::no_items);
  for (std::size_t i = 0; i < kItemsPerCommandMax; ++i) {
    keys.push_back("01/09521234000013/21/S" + std::to_string(i));
    put_item(c, keys.back());
  }
  EXPECT_TRUE(c.run());
  keys.push_back(kBag1);
  EXPECT_EQ(error_of(c), (Error{ErrorCode::too_many_items, 0, kItemsPerCommandMax}));
}

TEST(ItemObserve, AsksEveryItemsOwnAuthority) {
  auto c = valid_case();
  put_item(c, kBag2, "brand2");
  EXPECT_EQ(error_of(c), (Error{ErrorCode::delegation_missing, 1, 0}));
  auto entry = put_delegation(c, "brand2", "brand", ItemObserve::kNumber);
  entry.items_used = 1;
  const auto key = delegation_key(key_of("brand2"), key_of("brand"));
  EXPECT_EQ(written<DelegationEntry>(c.run(), key), entry);
}

TEST(ItemObserve, HoldsThePlaceAgainstTheDelegation) {
  auto c = valid_case();
  c.tx.signers = {key_of("warehouse")};
  auto& entry = put_delegation(c, "brand", "warehouse", ItemObserve::kNumber);
  entry.powers.places = {hash_of("dock 4")};
  EXPECT_EQ(error_of(c).code, ErrorCode::delegation_exceeded);
  c.body<ItemObserve>().place = hash_of("dock 5");
  EXPECT_EQ(error_of(c).code, ErrorCode::delegation_exceeded);
  c.body<ItemObserve>().place = hash_of("dock 4");
  EXPECT_TRUE(c.run());
}

TEST(ItemObserve, SeesTheTotalsOfEarlierCommands) {
  auto c = valid_case();
  c.tx.signers = {key_of("warehouse")};
  put_delegation(c, "brand", "warehouse", ItemObserve::kNumber).powers.items_max = 3;
  EXPECT_TRUE(c.run());
  c.command(c.body<ItemObserve>());
  EXPECT_EQ(error_of(c), (Error{ErrorCode::delegation_exceeded, 0, 1}));
}

}  // namespace
}  // namespace tally::contracts
