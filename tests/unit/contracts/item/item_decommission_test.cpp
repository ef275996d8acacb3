#include "contracts/item/item_decommission.hpp"

#include "unit/contracts/item/items.hpp"

namespace tally::contracts {
namespace {

Case valid_case() {
  Case c;
  put_item(c, kBag1);
  put_item(c, kBag2);
  c.spend(Item{kBag1, lock_of("ana")});
  c.spend(Item{kBag2, lock_of("bo")});
  c.sign("ana").sign("bo").command(ItemDecommission{hash_of("destroyed")});
  return c;
}

ItemEntry ended(const Case& c, const std::string& key) {
  auto entry = *c.registry.get<ItemEntry>(item_key(key));
  entry.status = ItemStatus::decommissioned;
  append_event(entry, hash_of("destroyed"));
  return entry;
}

TEST(ItemDecommission, EndsTheItems) {
  const auto c = valid_case();
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_TRUE(*delta ==
              (Delta{{{item_key(kBag1), ended(c, kBag1)}, {item_key(kBag2), ended(c, kBag2)}}}));
}

TEST(ItemDecommission, ErrorsInPrecedenceOrder) {
  run_table(valid_case,
            {{"an output is claimed", [](Case& c) { claim(c, Item{kBag1, lock_of("ana")}); },
              ErrorCode::claim_count},
             {"too many items",
              [](Case& c) {
                while (c.tx.inputs.size() <= kItemsPerCommandMax) {
                  claim_input(c, Item{kBag3, lock_of("ana")});
                }
              },
              ErrorCode::too_many_items},
             {"a coin is claimed", [](Case& c) { claim_input(c, coin()); }, ErrorCode::claim_type},
             {"an item without an entry",
              [](Case& c) { claim_input(c, Item{kForeignBag, lock_of("ana")}); },
              ErrorCode::item_unknown},
             {"an owner has not signed", [](Case& c) { c.tx.signers.pop_back(); },
              ErrorCode::signature_missing},
             {"an item is stolen", [](Case& c) { put_flag(c, kBag1, c.block.time_ms + 1); },
              ErrorCode::item_flagged}});
}

TEST(ItemDecommission, IsNotTheBrandsAfterTheSale) {
  auto c = valid_case();
  c.tx.signers = {key_of("brand"), key_of("ana")};
  EXPECT_EQ(error_of(c), (Error{ErrorCode::signature_missing, 1, 0}));
}

TEST(ItemDecommission, WantsAnItem) {
  Case c;
  c.sign("ana").command(ItemDecommission{});
  EXPECT_EQ(error_of(c).code, ErrorCode::claim_count);
}

TEST(ItemDecommission, IsOpenToTheOwnersAgent) {
  auto c = valid_case();
  c.tx.signers = {key_of("agent"), key_of("bo")};
  auto entry = put_delegation(c, "ana", "agent", ItemDecommission::kNumber);
  entry.items_used = 1;
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_TRUE(*delta == (Delta{{{item_key(kBag1), ended(c, kBag1)},
                                {item_key(kBag2), ended(c, kBag2)},
                                {delegation_key(key_of("ana"), key_of("agent")), entry}}}));
}

TEST(ItemDecommission, EndsNothingThatHoldsOthers) {
  auto c = valid_case();
  c.registry.at<ItemEntry>(item_key(kBag1)).contents = Contents{.children = 1, .batches = {}};
  EXPECT_EQ(error_of(c).code, ErrorCode::item_not_empty);
}

}  // namespace
}  // namespace tally::contracts
