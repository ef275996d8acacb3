#include "contracts/item/item_aggregate.hpp"

#include "contracts/item/containers.hpp"
#include "unit/contracts/item/lots.hpp"

namespace tally::contracts {
namespace {

const std::string kCarton = "00/095212340000000013";

// Ana packs two bags into her carton.
Case valid_case() {
  Case c;
  put_item(c, kCarton).owners = 3;
  put_item(c, kBag1);
  put_item(c, kBag2, "centre").status = ItemStatus::admitted;
  c.spend(Item{kCarton, lock_of("ana")});
  c.spend(Item{kBag1, lock_of("ana")});
  c.spend(Item{kBag2, lock_of("ana")});
  c.make(Item{kCarton, lock_of("ana")});
  c.sign("ana").command(ItemAggregate{hash_of("packed")});
  return c;
}

ItemEntry packed(const Case& c, const std::string& gs1_key) {
  auto entry = *c.registry.get<ItemEntry>(item_key(gs1_key));
  append_event(entry, hash_of("packed"));
  entry.packed_in = kCarton;
  entry.container_owners = 3;
  return entry;
}

TEST(ItemAggregate, TakesTheItemsIntoTheContainersEntry) {
  const auto c = valid_case();
  auto carton = *c.registry.get<ItemEntry>(item_key(kCarton));
  append_event(carton, hash_of("packed"));
  carton.contents = Contents{.children = 2, .items = 2, .height = 1, .admitted = 1, .batches = {}};
  const Delta expected{{{item_key(kCarton), carton},
                        {item_key(kBag1), packed(c, kBag1)},
                        {item_key(kBag2), packed(c, kBag2)}}};
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_TRUE(*delta == expected);
}

TEST(ItemAggregate, ErrorsInPrecedenceOrder) {
  run_table(valid_case,
            {{"an item comes out too", [](Case& c) { claim(c, Item{kBag1, lock_of("ana")}); },
              ErrorCode::claim_count},
             {"a coin goes in", [](Case& c) { c.spent[2] = coin(); }, ErrorCode::claim_type},
             {"another item comes out", [](Case& c) { c.out<Item>(0).gs1_key = kBag1; },
              ErrorCode::item_mismatch},
             {"an item of somebody else's", [](Case& c) { c.in<Item>(1).lock = lock_of("bo"); },
              ErrorCode::container_owner},
             {"an item without an entry", [](Case& c) { c.in<Item>(1).gs1_key = kBag3; },
              ErrorCode::item_unknown},
             {"the owner has not signed", [](Case& c) { c.tx.signers = {key_of("bo")}; },
              ErrorCode::signature_missing},
             {"an item is stolen", [](Case& c) { put_flag(c, kBag2, c.block.time_ms + 1); },
              ErrorCode::item_flagged},
             {"the container is as tall as may be",
              [](Case& c) {
                c.registry.at<ItemEntry>(item_key(kBag2)).contents = Contents{
                    .children = 1, .items = 1, .height = kContainerHeightMax, .batches = {}};
              },
              ErrorCode::container_full}});
}

TEST(ItemAggregate, KeepsTheLockOfTheContainer) {
  auto c = valid_case();
  c.out<Item>(0).lock = lock_of("bo");
  EXPECT_EQ(error_of(c), (Error{ErrorCode::item_mismatch, 0, 0}));
}

TEST(ItemAggregate, WantsSomethingToPack) {
  Case c;
  put_item(c, kCarton);
  c.spend(Item{kCarton, lock_of("ana")});
  c.make(Item{kCarton, lock_of("ana")});
  c.sign("ana").command(ItemAggregate{});
  EXPECT_EQ(error_of(c).code, ErrorCode::claim_count);
}

TEST(ItemAggregate, SumsWhatIsPackedAtAnyDepth) {
  auto c = valid_case();
  auto& first = c.registry.at<ItemEntry>(item_key(kBag1));
  first.contents = Contents{.children = 2,
                            .items = 4,
                            .height = 2,
                            .admitted = 1,
                            .challenges = 1,
                            .batches = {{kLotBatch, 3}}};
  first.challenges.resize(2);
  auto& second = c.registry.at<ItemEntry>(item_key(kBag2));
  second.batches = {kLotBatch};
  const Contents sums{.children = 2,
                      .items = 6,
                      .height = 3,
                      .admitted = 2,
                      .challenges = 3,
                      .batches = {{kLotBatch, 4}}};
  EXPECT_EQ(written<ItemEntry>(c.run(), item_key(kCarton)).contents, sums);
}

TEST(ItemAggregate, TakesUpToTheLimits) {
  auto c = valid_case();
  auto& bag = c.registry.at<ItemEntry>(item_key(kBag1));
  bag.contents = Contents{.children = 1,
                          .items = kContainerItemsMax - 2,
                          .height = kContainerHeightMax - 1,
                          .batches = {}};
  EXPECT_TRUE(c.run());
  ++bag.contents->items;
  EXPECT_EQ(error_of(c), (Error{ErrorCode::container_full, 2, 0}));
  bag.contents->items = 1;
  for (std::size_t i = 0; i < kContainerBatchesMax; ++i) {
    bag.contents->batches.push_back({{BatchKind::lot, hash_of(std::to_string(i))}, 1});
  }
  std::ranges::sort(bag.contents->batches, {}, &BatchCount::batch);
  EXPECT_TRUE(c.run());
  c.registry.at<ItemEntry>(item_key(kBag2)).batches = {kLotBatch};
  EXPECT_EQ(error_of(c), (Error{ErrorCode::container_full, 2, 0}));
}

TEST(ItemAggregate, DropsAFlagThatHasExpired) {
  auto c = valid_case();
  put_flag(c, kBag1, c.block.time_ms);
  const auto delta = c.run();
  EXPECT_FALSE(written<ItemEntry>(delta, item_key(kBag1)).flag);
  EXPECT_EQ(written<ItemEntry>(delta, item_key(kCarton)).contents->flags, 0u);
}

TEST(Containers, UnpackingUndoesPacking) {
  ItemEntry first;
  first.contents = Contents{.children = 1,
                            .items = 3,
                            .height = 1,
                            .flags = 1,
                            .flags_until_ms = 50,
                            .batches = {{kLotBatch, 2}}};
  ItemEntry second;
  second.batches = {kLotBatch, {BatchKind::transformation, hash_of("cut")}};
  second.status = ItemStatus::admitted;
  second.flag = FlagState{ItemFlag::stolen, {}, 1, 90};
  second.challenges.resize(1);
  std::optional<Contents> contents;
  ASSERT_TRUE(pack(contents, first));
  const auto before = contents;
  ASSERT_TRUE(pack(contents, second));
  EXPECT_EQ(contents->flags, 2u);
  EXPECT_EQ(contents->flags_until_ms, 90u);
  EXPECT_EQ(contents->batches.size(), 2u);
  unpack(contents, second);
  auto expected = *before;
  expected.flags_until_ms = 90;  // Nobody knows whose was the last: until then, or until all left.
  EXPECT_EQ(contents, expected);
  unpack(contents, first);
  EXPECT_FALSE(contents);
}

}  // namespace
}  // namespace tally::contracts
