#include "contracts/item/item_hand_over.hpp"

#include "unit/contracts/item/items.hpp"

namespace tally::contracts {
namespace {

// A carrier hands two bags over to a warehouse.
Case valid_case() {
  Case c;
  for (const auto& key : {kBag1, kBag2}) {
    put_item(c, key).custodian = custodian_of(key_of("carrier"));
  }
  c.sign("carrier")
      .sign("warehouse")
      .command(ItemHandOver{
          {kBag1, kBag2}, key_of("carrier"), key_of("warehouse"), hash_of("handed over")});
  return c;
}

TEST(ItemHandOver, NamesTheTaker) {
  const auto c = valid_case();
  Delta expected;
  for (const auto& key : {kBag1, kBag2}) {
    auto entry = *c.registry.get<ItemEntry>(item_key(key));
    append_event(entry, hash_of("handed over"));
    entry.custodian = custodian_of(key_of("warehouse"));
    expected.writes.push_back({item_key(key), entry});
  }
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_TRUE(*delta == expected);
}

TEST(ItemHandOver, ErrorsInPrecedenceOrder) {
  run_table(valid_case,
            {{"an item is claimed", [](Case& c) { claim(c, Item{kBag3, lock_of("brand")}); },
              ErrorCode::claim_count},
             {"too many items",
              [](Case& c) { c.body<ItemHandOver>().gs1_keys.resize(kItemsPerCommandMax + 1); },
              ErrorCode::too_many_items},
             {"an item twice", [](Case& c) { c.body<ItemHandOver>().gs1_keys.push_back(kBag1); },
              ErrorCode::duplicate_item},
             {"the taker has not signed", [](Case& c) { c.tx.signers.pop_back(); },
              ErrorCode::signature_missing},
             {"no such item",
              [](Case& c) {
                auto& keys = c.body<ItemHandOver>().gs1_keys;
                keys.insert(keys.begin(), kForeignBag);
              },
              ErrorCode::item_unknown},
             {"somebody else has it",
              [](Case& c) {
                c.registry.at<ItemEntry>(item_key(kBag2)).custodian = custodian_of(key_of("thief"));
              },
              ErrorCode::custody_mismatch}});
}

TEST(ItemHandOver, SaysWhoseSignatureIsMissing) {
  auto c = valid_case();
  c.tx.signers = {key_of("carrier")};
  EXPECT_EQ(error_of(c), (Error{ErrorCode::signature_missing, 1, 0}));
  c.tx.signers = {key_of("warehouse")};
  EXPECT_EQ(error_of(c), (Error{ErrorCode::signature_missing, 0, 0}));
}

TEST(ItemHandOver, BeginsWithTheAuthority) {
  auto c = valid_case();
  c.registry.at<ItemEntry>(item_key(kBag1)).custodian = {};
  EXPECT_EQ(error_of(c), (Error{ErrorCode::custody_mismatch, 0, 0}));
  c.body<ItemHandOver>().from = key_of("brand");
  c.sign("brand");
  EXPECT_TRUE(c.run());
}

}  // namespace
}  // namespace tally::contracts
