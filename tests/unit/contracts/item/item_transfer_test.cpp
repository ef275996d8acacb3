#include "contracts/item/item_transfer.hpp"

#include "unit/contracts/item/items.hpp"

namespace tally::contracts {
namespace {

// Ana, its second owner, and the boutique, which has not sold its bag yet, give theirs to Bo.
Case valid_case() {
  Case c;
  put_item(c, kBag1).owners = 2;
  put_item(c, kBag2);
  c.spend(Item{kBag1, lock_of("ana")});
  c.spend(Item{kBag2, lock_of("boutique")});
  c.make(Item{kBag1, lock_of("bo")});
  c.make(Item{kBag2, lock_of("bo")});
  c.sign("ana").sign("boutique").command(ItemTransfer{hash_of("gift")});
  return c;
}

TEST(ItemTransfer, ChainsTheEventAndCountsTheOwner) {
  const auto c = valid_case();
  auto first = *c.registry.get<ItemEntry>(item_key(kBag1));
  append_event(first, hash_of("gift"));
  first.owners = 3;
  auto second = *c.registry.get<ItemEntry>(item_key(kBag2));
  append_event(second, hash_of("gift"));
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_TRUE(*delta == (Delta{{{item_key(kBag1), first}, {item_key(kBag2), second}}}));
}

TEST(ItemTransfer, WritesOnlyWhatChanges) {
  auto c = valid_case();
  c.body<ItemTransfer>().event_hash.reset();
  auto first = c.registry.at<ItemEntry>(item_key(kBag1));
  first.owners = 3;
  auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_TRUE(*delta == (Delta{{{item_key(kBag1), first}}}));

  c.out<Item>(0).lock = lock_of("ana");  // to herself: no new owner
  delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_TRUE(delta->writes.empty());
}

TEST(ItemTransfer, ErrorsInPrecedenceOrder) {
  run_table(valid_case,
            {{"an input without its output", [](Case& c) { claim_input(c, coin()); },
              ErrorCode::claim_count},
             {"too many items",
              [](Case& c) {
                while (c.tx.outputs.size() <= kItemsPerCommandMax) {
                  claim_input(c, Item{kBag3, lock_of("ana")});
                  claim(c, Item{kBag3, lock_of("ana")});
                }
              },
              ErrorCode::too_many_items},
             {"a coin for an item",
              [](Case& c) {
                claim_input(c, Item{kBag3, lock_of("ana")});
                claim(c, coin());
              },
              ErrorCode::claim_type},
             {"another item comes out", [](Case& c) { c.out<Item>(0).gs1_key = kBag3; },
              ErrorCode::item_mismatch},
             {"an item without an entry",
              [](Case& c) {
                claim_input(c, Item{kForeignBag, lock_of("ana")});
                claim(c, Item{kForeignBag, lock_of("bo")});
              },
              ErrorCode::item_unknown},
             {"an owner has not signed", [](Case& c) { c.tx.signers = {key_of("ana")}; },
              ErrorCode::signature_missing},
             {"an item is stolen", [](Case& c) { put_flag(c, kBag2, c.block.time_ms + 1); },
              ErrorCode::item_flagged}});
}

TEST(ItemTransfer, WantsItemsInAndTheSameOutInTheirOrder) {
  auto c = valid_case();
  std::swap(c.tx.outputs[0], c.tx.outputs[1]);
  EXPECT_EQ(error_of(c), (Error{ErrorCode::item_mismatch, 0, 0}));
  c.spent[1] = coin();
  EXPECT_EQ(error_of(c), (Error{ErrorCode::claim_type, 1, 0}));

  Case empty;
  empty.sign("ana").command(ItemTransfer{});
  EXPECT_EQ(error_of(empty).code, ErrorCode::claim_count);
}

TEST(ItemTransfer, BringsAFlaggedItemOnlyBackToItsAuthority) {
  auto c = valid_case();
  put_flag(c, kBag2, c.block.time_ms + 1);
  EXPECT_EQ(error_of(c), (Error{ErrorCode::item_flagged, 1, c.block.time_ms + 1}));
  c.out<Item>(1).lock = TimeLock{key_of("brand"), 1};
  EXPECT_EQ(error_of(c).code, ErrorCode::item_flagged);
  c.out<Item>(1).lock = lock_of("brand");
  EXPECT_TRUE(c.run());

  c.out<Item>(1).lock = lock_of("bo");
  put_flag(c, kBag2, c.block.time_ms);  // expired
  EXPECT_TRUE(c.run());
}

TEST(ItemTransfer, OpensEveryKindOfLock) {
  auto c = valid_case();
  c.in<Item>(0).lock = MultiLock{2, {key_of("ana"), key_of("carl")}};
  EXPECT_EQ(error_of(c), (Error{ErrorCode::signature_missing, 0, 1}));
  c.in<Item>(0).lock = TimeLock{key_of("ana"), c.block.time_ms + 1};
  EXPECT_EQ(error_of(c), (Error{ErrorCode::lock_time, 0, c.block.time_ms + 1}));
  c.in<Item>(0).lock = TimeLock{key_of("ana"), c.block.time_ms};
  EXPECT_TRUE(c.run());
}

TEST(ItemTransfer, IsOpenToTheOwnersAgent) {
  auto c = valid_case();
  c.tx.signers = {key_of("agent"), key_of("boutique")};
  EXPECT_EQ(error_of(c), (Error{ErrorCode::signature_missing, 0, 0}));
  auto& entry = put_delegation(c, "ana", "agent", ItemTransfer::kNumber);
  auto used = entry;
  used.items_used = 1;
  const auto key = delegation_key(key_of("ana"), key_of("agent"));
  EXPECT_EQ(written<DelegationEntry>(c.run(), key), used);

  entry.powers.commands = {ItemObserve::kNumber};
  EXPECT_EQ(error_of(c), (Error{ErrorCode::delegation_exceeded, 0, 0}));
  // A delegation of one key opens no lock of several conditions.
  entry.powers.commands = {ItemTransfer::kNumber};
  c.in<Item>(0).lock = TimeLock{key_of("ana"), 1};
  EXPECT_EQ(error_of(c), (Error{ErrorCode::signature_missing, 0, 0}));
}

TEST(ItemTransfer, CountsAllOfAnOwnersItemsTogether) {
  auto c = valid_case();
  c.in<Item>(1).lock = lock_of("ana");
  c.tx.signers = {key_of("agent")};
  auto& entry = put_delegation(c, "ana", "agent", ItemTransfer::kNumber);
  entry.powers.items_max = 1;
  EXPECT_EQ(error_of(c), (Error{ErrorCode::delegation_exceeded, 0, 1}));
  entry.powers.items_max = 2;
  EXPECT_TRUE(c.run());
}

TEST(ItemTransfer, MovesAContainerWithAllThatIsInItAndHoldsAFlaggedOne) {
  auto c = valid_case();
  auto& bag = c.registry.at<ItemEntry>(item_key(kBag1));
  bag.contents = Contents{.children = 900, .items = 100'000, .height = 3, .batches = {}};
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_EQ(delta->writes.size(), 2u);
  bag.contents->flags = 1;
  bag.contents->flags_until_ms = c.block.time_ms + 9;
  EXPECT_EQ(error_of(c), (Error{ErrorCode::item_flagged, 0, c.block.time_ms + 9}));
}

}  // namespace
}  // namespace tally::contracts
