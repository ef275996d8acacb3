#include "contracts/item/item_disaggregate.hpp"

#include "contracts/item/containers.hpp"
#include "unit/contracts/item/lots.hpp"

namespace tally::contracts {
namespace {

const std::string kCarton = "00/095212340000000013";

void put_packed(Case& c, const std::string& gs1_key, std::uint32_t owners) {
  auto& entry = put_item(c, gs1_key);
  entry.packed_in = kCarton;
  entry.owners = owners;
  entry.container_owners = 1;
  ASSERT_TRUE(pack(c.registry.at<ItemEntry>(item_key(kCarton)).contents, entry));
}

// Bo, the carton's third owner, takes one of its two bags out.
Case valid_case() {
  Case c;
  put_item(c, kCarton).owners = 3;
  put_packed(c, kBag1, 4);
  put_packed(c, kBag2, 0);
  c.spend(Item{kCarton, lock_of("bo")});
  c.make(Item{kCarton, lock_of("bo")});
  c.make(Item{kBag1, lock_of("bo")});
  c.sign("bo").command(ItemDisaggregate{hash_of("unpacked")});
  return c;
}

TEST(ItemDisaggregate, GivesTheItemToTheContainersOwner) {
  const auto c = valid_case();
  auto carton = *c.registry.get<ItemEntry>(item_key(kCarton));
  append_event(carton, hash_of("unpacked"));
  carton.contents = Contents{.children = 1, .items = 1, .height = 1, .batches = {}};
  auto bag = *c.registry.get<ItemEntry>(item_key(kBag1));
  append_event(bag, hash_of("unpacked"));
  bag.packed_in.clear();
  bag.container_owners = 0;
  bag.owners = 6;  // Two of the carton's since it was packed.
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_TRUE(*delta == (Delta{{{item_key(kCarton), carton}, {item_key(kBag1), bag}}}));
}

TEST(ItemDisaggregate, ErrorsInPrecedenceOrder) {
  run_table(
      valid_case,
      {{"a second container", [](Case& c) { claim_input(c, Item{kBag3, lock_of("bo")}); },
        ErrorCode::claim_count},
       {"a coin comes out", [](Case& c) { claim(c, coin()); }, ErrorCode::claim_type},
       {"another container comes out", [](Case& c) { c.out<Item>(0).gs1_key = kBag3; },
        ErrorCode::item_mismatch},
       {"the item goes to somebody else", [](Case& c) { c.out<Item>(1).lock = lock_of("ana"); },
        ErrorCode::container_owner},
       {"an item twice", [](Case& c) { claim(c, c.out<Item>(1)); }, ErrorCode::duplicate_item},
       {"the owner has not signed", [](Case& c) { c.tx.signers = {key_of("ana")}; },
        ErrorCode::signature_missing},
       {"the container is stolen", [](Case& c) { put_flag(c, kCarton, c.block.time_ms + 1); },
        ErrorCode::item_flagged},
       {"it is in another container",
        [](Case& c) { c.registry.at<ItemEntry>(item_key(kBag1)).packed_in = kBag3; },
        ErrorCode::container_mismatch}});
}

TEST(ItemDisaggregate, FindsOnlyWhatIsThere) {
  auto c = valid_case();
  c.out<Item>(1).gs1_key = kBag3;
  EXPECT_EQ(error_of(c), (Error{ErrorCode::item_unknown, 1, 0}));
  put_item(c, kBag3);  // Loose.
  EXPECT_EQ(error_of(c), (Error{ErrorCode::container_mismatch, 1, 0}));
  c.out<Item>(1).gs1_key = kCarton;
  EXPECT_EQ(error_of(c), (Error{ErrorCode::duplicate_item, 1, 0}));
}

TEST(ItemDisaggregate, TakesAFlaggedItemOutSoThatTheRestIsFree) {
  auto c = valid_case();
  put_flag(c, kBag1, c.block.time_ms + 1);
  auto& carton = c.registry.at<ItemEntry>(item_key(kCarton));
  carton.contents->flags = 1;
  carton.contents->flags_until_ms = c.block.time_ms + 1;
  const auto delta = c.run();
  const auto contents = written<ItemEntry>(delta, item_key(kCarton)).contents;
  EXPECT_EQ(contents->flags, 0u);
  EXPECT_EQ(contents->flags_until_ms, 0u);
  EXPECT_TRUE(written<ItemEntry>(delta, item_key(kBag1)).flag);
}

TEST(ItemDisaggregate, LeavesNothingOfAContainerThatIsEmpty) {
  auto c = valid_case();
  claim(c, Item{kBag2, lock_of("bo")});
  EXPECT_FALSE(written<ItemEntry>(c.run(), item_key(kCarton)).contents);
}

}  // namespace
}  // namespace tally::contracts
