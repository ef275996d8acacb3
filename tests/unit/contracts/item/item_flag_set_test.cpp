#include "contracts/item/item_flag_set.hpp"

#include "unit/contracts/item/items.hpp"

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

}  // namespace
}  // namespace tally::contracts
