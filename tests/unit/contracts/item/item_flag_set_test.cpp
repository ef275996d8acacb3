#include "contracts/item/item_flag_set.hpp"

#include "unit/contracts/item/lots.hpp"

namespace tally::contracts {
namespace {

Case setting_case() {
  Case c;
  put_item(c, kBag1);
  c.sign_quorum().sign("brand").command(ItemFlagSet{
      kBag1, ItemFlag::stolen, hash_of("police report"), c.block.time_ms + kDayMs, false});
  return c;
}

Case clearing_case() {
  Case c;
  put_item(c, kBag1);
  put_flag(c, kBag1, c.block.time_ms + 1);
  c.sign_quorum().command(ItemFlagSet{kBag1, ItemFlag::stolen, hash_of("appeal"), 0, true});
  return c;
}

void decommission(Case& c) {
  c.registry.at<ItemEntry>(item_key(kBag1)).status = ItemStatus::decommissioned;
}
void forget_item(Case& c) { c.body<ItemFlagSet>().gs1_key = kBag2; }

TEST(ItemFlagSet, Sets) {
  auto c = setting_case();
  auto entry = c.registry.at<ItemEntry>(item_key(kBag1));
  entry.flag = FlagState{ItemFlag::stolen, hash_of("police report"), c.block.time_ms,
                         c.block.time_ms + kDayMs};
  const Delta expected{{{item_key(kBag1), entry}}};
  auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_TRUE(*delta == expected);

  put_flag(c, kBag1, c.block.time_ms + 1);  // replaces an earlier one
  delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_TRUE(*delta == expected);
}

TEST(ItemFlagSet, ErrorsOfSettingInPrecedenceOrder) {
  run_table(
      setting_case,
      {{"a coin is claimed", [](Case& c) { claim(c, coin()); }, ErrorCode::claim_count},
       {"it expires at once", [](Case& c) { c.body<ItemFlagSet>().expires_ms = c.block.time_ms; },
        ErrorCode::flag_invalid},
       {"an operator is missing", [](Case& c) { c.tx.signers.erase(c.tx.signers.begin()); },
        ErrorCode::quorum_missing},
       {"the item is no more", decommission, ErrorCode::item_decommissioned},
       {"the authority has not signed", [](Case& c) { c.tx.signers.pop_back(); },
        ErrorCode::signature_missing}});
  run_table(setting_case, {{"no such item", forget_item, ErrorCode::item_unknown}});
}

TEST(ItemFlagSet, ExpiresWithinTheMaximum) {
  auto c = setting_case();
  auto& expires_ms = c.body<ItemFlagSet>().expires_ms;
  const auto now_ms = c.block.time_ms;
  const struct {
    std::uint64_t at_ms;
    bool allowed;
  } rows[] = {{0, false},
              {now_ms, false},
              {now_ms + 1, true},
              {now_ms + kFlagMsMax, true},
              {now_ms + kFlagMsMax + 1, false},
              {~std::uint64_t{0}, false}};
  for (const auto& [at_ms, allowed] : rows) {
    expires_ms = at_ms;
    const auto delta = c.run();
    EXPECT_EQ(delta.has_value(), allowed) << at_ms;
    if (!delta) {
      EXPECT_EQ(delta.error().code, ErrorCode::flag_invalid);
    }
  }
}

TEST(ItemFlagSet, CannotBeDelegated) {
  auto c = setting_case();
  c.tx.signers.back() = key_of("agent");
  put_delegation(c, "brand", "agent", ItemFlagSet::kNumber);
  EXPECT_EQ(error_of(c).code, ErrorCode::signature_missing);
}

TEST(ItemFlagSet, ClearsByTheQuorumAlone) {
  const auto c = clearing_case();
  auto entry = *c.registry.get<ItemEntry>(item_key(kBag1));
  entry.flag.reset();
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_TRUE(*delta == (Delta{{{item_key(kBag1), entry}}}));
}

TEST(ItemFlagSet, ErrorsOfClearingInPrecedenceOrder) {
  run_table(clearing_case,
            {{"a coin is claimed", [](Case& c) { claim(c, coin()); }, ErrorCode::claim_count},
             {"it names an expiry", [](Case& c) { c.body<ItemFlagSet>().expires_ms = 1; },
              ErrorCode::flag_invalid},
             {"an operator is missing", [](Case& c) { c.tx.signers.pop_back(); },
              ErrorCode::quorum_missing},
             {"the item is no more", decommission, ErrorCode::item_decommissioned},
             {"the flag has expired", [](Case& c) { put_flag(c, kBag1, c.block.time_ms); },
              ErrorCode::flag_not_set}});
  run_table(clearing_case, {{"no such item", forget_item, ErrorCode::item_unknown}});
  run_table(clearing_case,
            {{"another flag", [](Case& c) { c.body<ItemFlagSet>().flag = ItemFlag::recalled; },
              ErrorCode::flag_not_set}});
  run_table(clearing_case,
            {{"no flag", [](Case& c) { c.registry.at<ItemEntry>(item_key(kBag1)).flag.reset(); },
              ErrorCode::flag_not_set}});
}

TEST(ItemFlagSet, RecallsAWholeLot) {
  auto c = setting_case();
  put_lot(c);
  c.body<ItemFlagSet>().gs1_key = kLot;
  EXPECT_EQ(written<LotEntry>(c.run(), lot_key(kLot)).flag->since_ms, c.block.time_ms);
  c.tx.signers.pop_back();
  EXPECT_EQ(error_of(c).code, ErrorCode::signature_missing);
  c.body<ItemFlagSet>().gs1_key = kLot + "2";
  EXPECT_EQ(error_of(c).code, ErrorCode::lot_unknown);

  c = clearing_case();
  put_lot(c).flag = FlagState{ItemFlag::stolen, {}, 1, c.block.time_ms + 1};
  c.body<ItemFlagSet>().gs1_key = kLot;
  EXPECT_FALSE(written<LotEntry>(c.run(), lot_key(kLot)).flag);
  c.registry.at<LotEntry>(lot_key(kLot)).flag->expires_ms = c.block.time_ms;
  EXPECT_EQ(error_of(c).code, ErrorCode::flag_not_set);
}

// A bag in a carton on a pallet.
void put_packed(Case& c) {
  put_item(c, kBag2).contents = Contents{.children = 1, .items = 1, .height = 1, .batches = {}};
  c.registry.at<ItemEntry>(item_key(kBag2)).packed_in = kBag3;
  put_item(c, kBag3).contents = Contents{.children = 1, .items = 2, .height = 2, .batches = {}};
  c.registry.at<ItemEntry>(item_key(kBag1)).packed_in = kBag2;
}

TEST(ItemFlagSet, CountsInEveryContainerAround) {
  auto c = setting_case();
  put_packed(c);
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  ASSERT_EQ(delta->writes.size(), 3u);
  for (const auto& key : {kBag2, kBag3}) {
    const auto contents = written<ItemEntry>(delta, item_key(key)).contents;
    EXPECT_EQ(contents->flags, 1u);
    EXPECT_EQ(contents->flags_until_ms, c.block.time_ms + kDayMs);
  }

  c = clearing_case();
  put_packed(c);
  for (const auto& key : {kBag2, kBag3}) {
    auto& contents = c.registry.at<ItemEntry>(item_key(key)).contents;
    contents->flags = 1;
    contents->flags_until_ms = c.block.time_ms + 1;
  }
  EXPECT_EQ(written<ItemEntry>(c.run(), item_key(kBag3)).contents->flags, 0u);
}

TEST(ItemFlagSet, ReachesWhatWasUsedUp) {
  auto c = setting_case();
  auto& bag = c.registry.at<ItemEntry>(item_key(kBag1));
  bag.status = ItemStatus::transformed;
  bag.used_in = hash_of("cut");
  const auto key = transformation_key(hash_of("cut"));
  c.registry.put(key, TransformationEntry{});
  const auto made = written<TransformationEntry>(c.run(), key);
  EXPECT_EQ(made.flags, 1u);
  EXPECT_EQ(made.flags_until_ms, c.block.time_ms + kDayMs);
  bag.status = ItemStatus::merged;
  EXPECT_EQ(error_of(c).code, ErrorCode::item_decommissioned);
}

}  // namespace
}  // namespace tally::contracts
