#include "unit/contracts/asset/world.hpp"

namespace tally::contracts {
namespace {

Case valid() {
  Case c;
  add_asset(c, "ONE");
  c.sign("ana");
  c.spend(coin("ONE", 100, "ana"));
  c.make(coin("ONE", 40, "ana"));
  c.command(AssetBurn{asset_named("ONE"), 60});
  return c;
}

TEST(AssetBurn, DestroysCoins) {
  auto c = valid();
  auto after = asset_in(c, "ONE");
  after.burned = 60;
  EXPECT_EQ(c.run(), (Delta{{{asset_key(after.id), after}}}));
}

TEST(AssetBurn, RefusesInOrder) {
  run_table(
      valid,
      {
          {"no input", claim_no_input, ErrorCode::claim_count},
          {"an item", claim_an_item_output, ErrorCode::claim_type},
          {"not signed", sign_by_a_stranger, ErrorCode::signature_missing},
          {"no such asset", [](Case& c) { c.body<AssetBurn>().asset = asset_named("none"); },
           ErrorCode::asset_unknown},
          {"nothing", [](Case& c) { c.body<AssetBurn>().amount = 0; }, ErrorCode::amount_zero},
          {"overflow", [](Case& c) { c.out<Coin>(0).amount = kSupplyMax + 1; },
           ErrorCode::amount_overflow},
          {"less than named", [](Case& c) { c.out<Coin>(0).amount = 41; },
           ErrorCode::not_conserved},
          {"frozen", [](Case& c) { asset_in(c, "ONE").frozen = true; }, ErrorCode::asset_frozen},
          {"holder frozen", [](Case& c) { freeze(c, "ONE", "ana"); }, ErrorCode::holder_frozen},
          {"not a multiple", [](Case& c) { asset_in(c, "ONE").policies.minimum_unit = 7; },
           ErrorCode::below_minimum_unit},
          {"more than there is", [](Case& c) { asset_in(c, "ONE").redeemed = 941; },
           ErrorCode::redeem_exceeds_issued},
      });
}

TEST(AssetBurn, Boundaries) {
  for (const auto& [amount, code] : std::map<std::uint64_t, std::optional<ErrorCode>>{
           {0, ErrorCode::amount_zero},
           {1, {}},
           {1'000, {}},
           {1'001, ErrorCode::redeem_exceeds_issued}}) {
    auto c = valid();
    c.in<Coin>(0).amount = amount + 40;
    c.body<AssetBurn>().amount = amount;
    const auto outcome = c.run();
    ASSERT_EQ(outcome.has_value(), !code) << amount;
    if (code) {
      EXPECT_EQ(outcome.error().code, *code) << amount;
    }
  }
}

TEST(AssetBurn, SaysHowMuchThereIs) {
  auto c = valid();
  asset_in(c, "ONE").redeemed = 950;
  EXPECT_EQ(c.run().error(), (Error{ErrorCode::redeem_exceeds_issued, 0, 50}));
}

TEST(AssetBurn, WhatIsNotTransferableCanBeBurned) {
  auto c = valid();
  asset_in(c, "ONE").policies.transferable = false;
  EXPECT_TRUE(c.run());
  c.out<Coin>(0).lock = KeyLock{key_of("bo")};  // But not given away on the occasion.
  EXPECT_EQ(c.run().error().code, ErrorCode::not_transferable);
}

}  // namespace
}  // namespace tally::contracts
