#include "contracts/item/item_claim.hpp"

#include "unit/contracts/item/items.hpp"

namespace tally::contracts {
namespace {

Case valid_case() {
  Case c;
  c.sign("ana").command(
      ItemClaim{key_of("ana"), hash_of("event"), {kBag1, kForeignBag}});  // neither exists
  return c;
}

TEST(ItemClaim, WritesNothing) {
  auto c = valid_case();
  auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_TRUE(delta->writes.empty());
  c.body<ItemClaim>().gs1_keys.clear();
  delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_TRUE(delta->writes.empty());
}

TEST(ItemClaim, ErrorsInPrecedenceOrder) {
  const auto keys = [](Case& c) -> auto& { return c.body<ItemClaim>().gs1_keys; };
  run_table(
      valid_case,
      {{"a coin is claimed", [](Case& c) { claim(c, coin()); }, ErrorCode::claim_count},
       {"too many items", [&](Case& c) { keys(c).resize(kItemsPerCommandMax + 1, kBag2); },
        ErrorCode::too_many_items},
       {"a check digit is wrong", [&](Case& c) { keys(c).push_back("01/09521234000014/21/A1"); },
        ErrorCode::gs1_key_invalid},
       {"an item is named twice", [&](Case& c) { keys(c).push_back(kBag1); },
        ErrorCode::duplicate_item},
       {"the claimant has not signed", [](Case& c) { c.tx.signers = {key_of("bo")}; },
        ErrorCode::delegation_missing}});
}

TEST(ItemClaim, NamesAtMostTheMaximum) {
  auto c = valid_case();
  auto& keys = c.body<ItemClaim>().gs1_keys;
  keys.clear();
  for (std::size_t i = 0; i < kItemsPerCommandMax; ++i) {
    keys.push_back("01/09521234000013/21/S" + std::to_string(i));
  }
  EXPECT_TRUE(c.run());
  keys.push_back(kBag1);
  EXPECT_EQ(error_of(c), (Error{ErrorCode::too_many_items, 0, kItemsPerCommandMax}));
}

TEST(ItemClaim, ErrorsPointAtTheKey) {
  auto c = valid_case();
  c.body<ItemClaim>().gs1_keys = {kBag1, kBag2, kBag1};
  EXPECT_EQ(error_of(c), (Error{ErrorCode::duplicate_item, 2, 0}));
  c.body<ItemClaim>().gs1_keys[1] = "9";
  EXPECT_EQ(error_of(c), (Error{ErrorCode::gs1_key_invalid, 1, 0}));
}

TEST(ItemClaim, IsOpenToAnAgentWithinItsPowers) {
  auto c = valid_case();
  c.tx.signers = {key_of("agent")};
  auto entry = put_delegation(c, "ana", "agent", ItemClaim::kNumber);
  EXPECT_EQ(error_of(c).code, ErrorCode::delegation_exceeded);  // the foreign bag
  c.body<ItemClaim>().gs1_keys = {kBag1};
  entry.items_used = 1;
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_TRUE(*delta == (Delta{{{delegation_key(key_of("ana"), key_of("agent")), entry}}}));
}

}  // namespace
}  // namespace tally::contracts
