#include "contracts/item/item_commission.hpp"

#include "unit/contracts/item/items.hpp"

namespace tally::contracts {
namespace {

Case valid_case() {
  Case c;
  put_prefix(c, kPrefix, "brand");
  c.make(Item{kBag1, lock_of("brand")});
  c.make(Item{kBag2, lock_of("boutique")});
  c.sign("brand").command(
      ItemCommission{kPrefix, hash_of("event"), {{"colour", attribute_hash("colour", "black")}}});
  return c;
}

ItemEntry commissioned(const Case& c, const std::string& gs1_key) {
  ItemEntry entry;
  entry.gs1_key = gs1_key;
  entry.status = ItemStatus::commissioned;
  entry.prefix = kPrefix;
  entry.authority = key_of("brand");
  entry.disposition = Disposition::active;
  entry.attributes = {{"colour", attribute_hash("colour", "black")}};
  append_event(entry, hash_of("event"));
  entry.since_ms = c.block.time_ms;
  return entry;
}

TEST(ItemCommission, WritesEveryItem) {
  const auto c = valid_case();
  const Delta expected{
      {{item_key(kBag1), commissioned(c, kBag1)}, {item_key(kBag2), commissioned(c, kBag2)}}};
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_TRUE(*delta == expected);
}

TEST(ItemCommission, ErrorsInPrecedenceOrder) {
  run_table(
      valid_case,
      {{"an input is claimed", [](Case& c) { claim_input(c, coin()); }, ErrorCode::claim_count},
       {"too many items",
        [](Case& c) {
          while (c.tx.outputs.size() <= kItemsPerCommandMax) {
            claim(c, Item{kBag3, lock_of("brand")});
          }
        },
        ErrorCode::too_many_items},
       {"a coin is claimed", [](Case& c) { claim(c, coin()); }, ErrorCode::claim_type},
       {"an attribute's name is in capitals",
        [](Case& c) { c.body<ItemCommission>().attributes.front().name = "Colour"; },
        ErrorCode::attributes_invalid},
       {"a check digit is wrong",
        [](Case& c) { claim(c, Item{"01/09521234000014/21/A3", lock_of("brand")}); },
        ErrorCode::gs1_key_invalid},
       {"the prefix was withdrawn",
        [](Case& c) { c.registry.at<PrefixEntry>(prefix_key(kPrefix)).withdrawn_ms = 1; },
        ErrorCode::prefix_not_registered},
       {"an identity is another brand's",
        [](Case& c) { claim(c, Item{kForeignBag, lock_of("brand")}); }, ErrorCode::prefix_mismatch},
       {"the brand has not signed", [](Case& c) { c.tx.signers = {key_of("ana")}; },
        ErrorCode::delegation_missing},
       {"an identity was issued before", [](Case& c) { put_item(c, kBag2); },
        ErrorCode::item_exists}});
}

TEST(ItemCommission, ErrorsPointAtTheOutput) {
  auto c = valid_case();
  claim(c, Item{"01/09521234000014/21/A3", lock_of("brand")});
  EXPECT_EQ(error_of(c), (Error{ErrorCode::gs1_key_invalid, 2, 0}));
  c.out<Item>(2).gs1_key = kForeignBag;
  EXPECT_EQ(error_of(c), (Error{ErrorCode::prefix_mismatch, 2, 0}));
  c.out<Item>(2).gs1_key = kBag2;
  EXPECT_EQ(error_of(c), (Error{ErrorCode::item_exists, 2, 0}));
  c.out<Item>(2).gs1_key = kBag3;
  put_item(c, kBag2);
  EXPECT_EQ(error_of(c), (Error{ErrorCode::item_exists, 1, 0}));
}

TEST(ItemCommission, Takes1ToTheMaximumOfItems) {
  for (const std::size_t count : {std::size_t{0}, std::size_t{1}, kItemsPerCommandMax}) {
    Case c;
    put_prefix(c, kPrefix, "brand");
    for (std::size_t i = 0; i < count; ++i) {
      c.make(Item{"01/09521234000013/21/S" + std::to_string(i), lock_of("brand")});
    }
    c.sign("brand").command(ItemCommission{kPrefix, hash_of("event"), {}});
    const auto delta = c.run();
    ASSERT_EQ(delta.has_value(), count > 0);
    if (delta) {
      EXPECT_EQ(delta->writes.size(), count);
    } else {
      EXPECT_EQ(delta.error(), (Error{ErrorCode::claim_count, 0, 0}));
    }
  }
}

TEST(ItemCommission, IssuesAnIdentityOnceInATransaction) {
  auto c = valid_case();
  c.make(Item{kBag1, lock_of("brand")});
  c.command(ItemCommission{kPrefix, hash_of("event"), {}});
  EXPECT_EQ(error_of(c), (Error{ErrorCode::item_exists, 2, 0}));
}

TEST(ItemCommission, NeverIssuesADecommissionedIdentityAgain) {
  auto c = valid_case();
  put_item(c, kBag1).status = ItemStatus::decommissioned;
  EXPECT_EQ(error_of(c), (Error{ErrorCode::item_exists, 0, 0}));
}

TEST(ItemCommission, WantsAPrefixWithABrand) {
  auto c = valid_case();
  c.registry.at<PrefixEntry>(prefix_key(kPrefix)).brand = {};  // only counts longer ones
  EXPECT_EQ(error_of(c).code, ErrorCode::prefix_not_registered);
  c.body<ItemCommission>().prefix = "952123";  // covers the keys, but was never registered
  EXPECT_EQ(error_of(c).code, ErrorCode::prefix_not_registered);
}

TEST(ItemCommission, IsOpenToTheBrandsAgent) {
  auto c = valid_case();
  c.tx.signers = {key_of("agent")};
  auto entry = put_delegation(c, "brand", "agent", ItemCommission::kNumber);
  entry.items_used = 2;
  const Delta expected{{{item_key(kBag1), commissioned(c, kBag1)},
                        {item_key(kBag2), commissioned(c, kBag2)},
                        {delegation_key(key_of("brand"), key_of("agent")), entry}}};
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_TRUE(*delta == expected);
}

}  // namespace
}  // namespace tally::contracts
