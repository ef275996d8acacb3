#include "contracts/item/taint.hpp"

#include "contracts/item/containers.hpp"
#include "unit/contracts/item/lots.hpp"

namespace tally::contracts {
namespace {

constexpr std::uint64_t kNow = 1'000;
const Batch kCut{BatchKind::transformation, hash_of("cut")};

struct World {
  MapRegistry registry;
  ItemEntry item;

  World() {
    registry.put(lot_key(kLot), LotEntry{});
    registry.put(transformation_key(kCut.id), TransformationEntry{});
    ItemEntry strap;
    strap.gs1_key = kBag2;
    registry.put(item_key(kBag2), strap);
  }
  [[nodiscard]] std::uint64_t until() const {
    const auto flag = blocking_flag(item, registry, kNow);
    return flag ? flag->expires_ms : 0;
  }
  void recall_lot(std::uint64_t until_ms) {
    registry.at<LotEntry>(lot_key(kLot)).flag = FlagState{ItemFlag::recalled, {}, 1, until_ms};
  }
  void recall_input(std::uint64_t until_ms) {
    auto& made = registry.at<TransformationEntry>(transformation_key(kCut.id));
    made.flags = 1;
    made.flags_until_ms = until_ms;
  }
  void fix_strap(std::uint64_t removed_ms) {
    item.parts = {{PartKind::item, item_id(kBag2).bytes, 1, removed_ms}};
  }
  ItemEntry& strap() { return registry.at<ItemEntry>(item_key(kBag2)); }
};

TEST(Taint, IsNotWhereNothingIsFlagged) {
  World w;
  w.item.batches = {kLotBatch, kCut};
  w.item.contents = Contents{.children = 1, .batches = {{kLotBatch, 1}, {kCut, 1}}};
  w.fix_strap(0);
  EXPECT_EQ(w.until(), 0u);
}

TEST(Taint, IsFoundInItsOrder) {
  World w;
  w.item.flag = FlagState{ItemFlag::stolen, {}, 1, kNow + 1};
  w.item.contents =
      Contents{.children = 1, .flags = 1, .flags_until_ms = kNow + 2, .batches = {{kCut, 1}}};
  w.item.batches = {kLotBatch};
  w.recall_lot(kNow + 3);
  w.recall_input(kNow + 4);
  w.fix_strap(0);
  w.strap().flag = FlagState{ItemFlag::counterfeit, {}, 1, kNow + 5};
  w.strap().batches = {kLotBatch};
  EXPECT_EQ(blocking_flag(w.item, w.registry, kNow), w.item.flag);
  w.item.flag.reset();
  EXPECT_EQ(w.until(), kNow + 2);
  w.item.contents->flags = 0;
  EXPECT_EQ(w.until(), kNow + 3);
  w.item.batches.clear();
  EXPECT_EQ(w.until(), kNow + 4);
  w.item.contents.reset();
  EXPECT_EQ(w.until(), kNow + 5);
  w.strap().flag.reset();
  EXPECT_EQ(w.until(), kNow + 3);
  w.fix_strap(7);
  EXPECT_EQ(w.until(), 0u);
}

TEST(Taint, EndsWhenTheFlagDoes) {
  World w;
  w.item.batches = {kLotBatch};
  w.recall_lot(kNow);
  EXPECT_EQ(w.until(), 0u);
  w.item.batches = {kCut};
  w.recall_input(kNow);
  EXPECT_EQ(w.until(), 0u);
  w.item.contents = Contents{.children = 1, .flags = 1, .flags_until_ms = kNow, .batches = {}};
  EXPECT_EQ(w.until(), 0u);
}

TEST(Taint, OfABatchSaysNoMoreThanIsKnown) {
  World w;
  w.recall_input(kNow + 9);
  EXPECT_EQ(batch_flag(kCut, w.registry, kNow), (FlagState{ItemFlag::recalled, {}, 0, kNow + 9}));
  EXPECT_FALSE(batch_flag({BatchKind::lot, hash_of("no lot")}, w.registry, kNow));
  EXPECT_FALSE(batch_flag({BatchKind::transformation, hash_of("none")}, w.registry, kNow));
}

TEST(Taint, CountsFlagsThatAreSetReplacedAndCleared) {
  Contents sums;
  count_flag(sums, false, true, 50);
  count_flag(sums, false, true, 70);
  count_flag(sums, true, true, 60);
  EXPECT_EQ(sums.flags, 2u);
  EXPECT_EQ(sums.flags_until_ms, 70u);
  count_flag(sums, true, false, 0);
  EXPECT_EQ(sums.flags_until_ms, 70u);
  count_flag(sums, true, false, 0);
  EXPECT_EQ(sums.flags, 0u);
  EXPECT_EQ(sums.flags_until_ms, 0u);
}

}  // namespace
}  // namespace tally::contracts
