#include "contracts/item/item_admit.hpp"

#include "unit/contracts/item/items.hpp"

namespace tally::contracts {
namespace {

Case valid_case() {
  Case c;
  put_prefix(c, kCentrePrefix, "centre");
  put_prefix(c, kPrefix, "brand");
  put_accreditation(c, "centre", Role::centre);
  c.make(Item{kAdmittedBag, lock_of("ana")});
  c.sign("centre").command(ItemAdmit{
      key_of("centre"), hash_of("evidence"), {{"model", attribute_hash("model", "Alma")}}});
  return c;
}

ItemEntry admitted(const Case& c) {
  ItemEntry entry;
  entry.gs1_key = kAdmittedBag;
  entry.status = ItemStatus::admitted;
  entry.authority = key_of("centre");
  entry.disposition = Disposition::active;
  entry.attributes = {{"model", attribute_hash("model", "Alma")}};
  append_event(entry, hash_of("evidence"));
  entry.since_ms = c.block.time_ms;
  return entry;
}

TEST(ItemAdmit, WritesTheItem) {
  const auto c = valid_case();
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_TRUE(*delta == (Delta{{{item_key(kAdmittedBag), admitted(c)}}}));
}

TEST(ItemAdmit, ErrorsInPrecedenceOrder) {
  run_table(
      valid_case,
      {{"a second item is claimed", [](Case& c) { claim(c, Item{kBag1, lock_of("ana")}); },
        ErrorCode::claim_count},
       {"attributes repeat",
        [](Case& c) {
          auto& attributes = c.body<ItemAdmit>().attributes;
          attributes.push_back(attributes.front());
        },
        ErrorCode::attributes_invalid},
       {"the accreditation was revoked",
        [](Case& c) {
          const auto key = accreditation_key(key_of("centre"), Role::centre);
          c.registry.at<AccreditationEntry>(key).revoked_ms = 1;
        },
        ErrorCode::not_accredited},
       {"the centre's prefix was withdrawn",
        [](Case& c) { c.registry.at<PrefixEntry>(prefix_key(kCentrePrefix)).withdrawn_ms = 1; },
        ErrorCode::prefix_not_registered},
       {"the prefix is another centre's",
        [](Case& c) {
          c.registry.at<PrefixEntry>(prefix_key(kCentrePrefix)).brand = key_of("centre2");
        },
        ErrorCode::prefix_mismatch},
       {"the centre has not signed", [](Case& c) { c.tx.signers = {key_of("ana")}; },
        ErrorCode::delegation_missing},
       {"the identity was issued before", [](Case& c) { put_item(c, kAdmittedBag, "centre"); },
        ErrorCode::item_exists}});
}

TEST(ItemAdmit, WantsAnItemWithAValidKey) {
  const auto invalid_key = [](Case& c) { c.out<Item>(0).gs1_key = "8004/"; };
  run_table(valid_case, {{"no reference", invalid_key, ErrorCode::gs1_key_invalid}});
  run_table(valid_case,
            {{"a coin", [](Case& c) { c.tx.outputs[0] = coin(); }, ErrorCode::claim_type}});
}

TEST(ItemAdmit, CannotTakeAnIdentityOfABrand) {
  auto c = valid_case();
  c.out<Item>(0).gs1_key = kBag1;
  EXPECT_EQ(error_of(c).code, ErrorCode::prefix_mismatch);
  c.out<Item>(0).gs1_key = kForeignBag;  // of a brand that is not on the network yet
  EXPECT_EQ(error_of(c).code, ErrorCode::prefix_not_registered);
}

TEST(ItemAdmit, FindsTheCentresPrefixInEveryKindOfKey) {
  for (const auto* key : {"01/09599999000012/21/S", "8003/09599999000012S", "8004/9599999S"}) {
    auto c = valid_case();
    c.out<Item>(0).gs1_key = key;
    EXPECT_TRUE(c.run()) << key;
  }
}

TEST(ItemAdmit, WantsTheRoleOfACentre) {
  auto c = valid_case();
  put_accreditation(c, "appraiser", Role::appraiser);
  c.body<ItemAdmit>().centre = key_of("appraiser");
  EXPECT_EQ(error_of(c).code, ErrorCode::not_accredited);
}

TEST(ItemAdmit, IsOpenToTheCentresAgent) {
  auto c = valid_case();
  c.tx.signers = {key_of("agent")};
  auto entry = put_delegation(c, "centre", "agent", ItemAdmit::kNumber);
  entry.items_used = 1;
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_TRUE(*delta == (Delta{{{item_key(kAdmittedBag), admitted(c)},
                                {delegation_key(key_of("centre"), key_of("agent")), entry}}}));
}

}  // namespace
}  // namespace tally::contracts
