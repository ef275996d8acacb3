#include "unit/contracts/asset/world.hpp"

namespace tally::contracts {
namespace {

Case valid() {
  Case c;
  add_asset(c, "ONE");
  c.sign("ana");
  c.spend(coin("ONE", 100, "ana"));
  c.make(coin("ONE", 60, "bo"));
  c.make(coin("ONE", 40, "ana"));
  c.command(AssetTransfer{});
  return c;
}

TEST(AssetTransfer, WritesNothing) { EXPECT_EQ(valid().run(), Delta{}); }

TEST(AssetTransfer, RefusesInOrder) {
  run_table(
      valid,
      {
          {"no input", claim_no_input, ErrorCode::claim_count},
          {"an item", claim_an_item_output, ErrorCode::claim_type},
          {"not signed", sign_by_a_stranger, ErrorCode::signature_missing},
          {"no such asset", [](Case& c) { c.out<Coin>(1).asset = asset_named("none"); },
           ErrorCode::asset_unknown},
          {"overflow", [](Case& c) { c.out<Coin>(0).amount = kSupplyMax + 1; },
           ErrorCode::amount_overflow},
          {"one too many", [](Case& c) { c.out<Coin>(0).amount = 61; }, ErrorCode::not_conserved},
          {"frozen", [](Case& c) { asset_in(c, "ONE").frozen = true; }, ErrorCode::asset_frozen},
          {"holder frozen", [](Case& c) { freeze(c, "ONE", "ana"); }, ErrorCode::holder_frozen},
          {"not transferable", [](Case& c) { asset_in(c, "ONE").policies.transferable = false; },
           ErrorCode::not_transferable},
          {"not a multiple", [](Case& c) { asset_in(c, "ONE").policies.minimum_unit = 7; },
           ErrorCode::below_minimum_unit},
      });
}

TEST(AssetTransfer, ClaimsCoinsOnly) {
  auto c = valid();
  c.spend(Grant{});
  c.tx.commands[0].inputs.push_back(1);
  EXPECT_EQ(c.run().error(), (Error{ErrorCode::claim_type, 1, 0}));
}

// batchOverflow (CVE-2018-10299) and CVE-2010-5139: amounts that wrap to a small sum.
TEST(AssetTransfer, AmountsThatWrapAreAnOverflow) {
  auto c = valid();
  c.out<Coin>(0).amount = std::uint64_t{1} << 63;
  c.out<Coin>(1).amount = (std::uint64_t{1} << 63) + 100;
  EXPECT_EQ(c.run().error(), (Error{ErrorCode::amount_overflow, 0, kSupplyMax}));
}

TEST(AssetTransfer, MovesAllThereCanBe) {
  auto c = valid();
  c.in<Coin>(0).amount = kSupplyMax;
  c.out<Coin>(0).amount = kSupplyMax - 40;
  EXPECT_TRUE(c.run());
  c.out<Coin>(0).amount = kSupplyMax - 41;
  EXPECT_EQ(c.run().error(), (Error{ErrorCode::not_conserved, 0, 1}));
}

TEST(AssetTransfer, ConservesEachAsset) {
  auto c = valid();
  add_asset(c, "TWO");
  c.out<Coin>(1).asset = asset_named("TWO");
  EXPECT_EQ(c.run().error().code, ErrorCode::not_conserved);
}

TEST(AssetTransfer, MakesNoCoinsFromNothing) {
  auto c = valid();
  add_asset(c, "TWO");
  c.tx.commands[0].outputs.push_back(c.make(coin("TWO", 1, "ana")));
  EXPECT_EQ(c.run().error(), (Error{ErrorCode::not_conserved, 2, 1}));
}

TEST(AssetTransfer, ASecondInputsLockCountsToo) {
  auto c = valid();
  c.spend(coin("ONE", 5, "bo"));
  c.tx.commands[0].inputs.push_back(1);
  c.out<Coin>(0).amount = 65;
  EXPECT_EQ(c.run().error(), (Error{ErrorCode::signature_missing, 1, 0}));
  c.sign("bo");
  EXPECT_TRUE(c.run());
}

TEST(AssetTransfer, AFrozenHolderGetsNothingEither) {
  auto c = valid();
  freeze(c, "ONE", "bo");
  EXPECT_EQ(c.run().error(), (Error{ErrorCode::holder_frozen, 0, 0}));
}

TEST(AssetTransfer, AFreezeThatWasLiftedOrIsAnotherAssetsDoesNotHold) {
  auto c = valid();
  add_asset(c, "TWO");
  freeze(c, "TWO", "ana");
  freeze(c, "ONE", "cai");
  EXPECT_TRUE(c.run());
  freeze(c, "ONE", "ana");
  c.registry.at<FreezeEntry>(freeze_key(asset_named("ONE"), account_of(key_of("ana")))).frozen =
      false;
  EXPECT_TRUE(c.run());
}

TEST(AssetTransfer, WhatIsNotTransferableGoesToAndFromItsIssuerOnly) {
  auto c = valid();
  asset_in(c, "ONE").policies.transferable = false;
  EXPECT_EQ(c.run().error(), (Error{ErrorCode::not_transferable, 0, 0}));
  c.out<Coin>(0).lock = KeyLock{key_of("issuer")};  // Back to the issuer.
  EXPECT_TRUE(c.run());
  c.out<Coin>(0).lock = KeyLock{key_of("ana")};  // Between one's own coins.
  EXPECT_TRUE(c.run());
  c.in<Coin>(0).lock = KeyLock{key_of("issuer")};  // From the issuer.
  c.sign("issuer");
  EXPECT_TRUE(c.run());
}

TEST(AssetTransfer, AnIssuersOwnCoinsDoNotCoverATransferOfMore) {
  auto c = valid();
  asset_in(c, "ONE").policies.transferable = false;
  c.sign("issuer");
  c.spend(coin("ONE", 59, "issuer"));
  c.tx.commands[0].inputs.push_back(1);
  c.tx.commands[0].outputs.push_back(c.make(coin("ONE", 59, "ana")));
  EXPECT_EQ(c.run().error().code, ErrorCode::not_transferable);
}

// What the issuer gives covers what others get in all, not each of them anew.
TEST(AssetTransfer, AnIssuersGiftCoversNobodyTwice) {
  auto c = valid();
  asset_in(c, "ONE").policies.transferable = false;
  c.sign("issuer");
  c.spend(coin("ONE", 60, "issuer"));
  c.tx.commands[0].inputs.push_back(1);
  c.tx.commands[0].outputs.push_back(c.make(coin("ONE", 60, "cai")));
  EXPECT_EQ(c.run().error().code, ErrorCode::not_transferable);
  c.out<Coin>(0).lock = KeyLock{key_of("ana")};
  EXPECT_TRUE(c.run());
}

TEST(AssetTransfer, MinimumUnitsAreCountedOnWhatComesOut) {
  auto c = valid();
  asset_in(c, "ONE").policies.minimum_unit = 20;
  EXPECT_TRUE(c.run());
  c.out<Coin>(0).amount = 61;
  c.out<Coin>(1).amount = 39;
  EXPECT_EQ(c.run().error(), (Error{ErrorCode::below_minimum_unit, 0, 20}));
}

}  // namespace
}  // namespace tally::contracts
