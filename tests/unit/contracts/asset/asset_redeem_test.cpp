#include "unit/contracts/asset/world.hpp"

namespace tally::contracts {
namespace {

/// Ana gives 60 of her 100 vouchers back to the issuer.
Case valid() {
  Case c;
  add_asset(c, "VOUCHER");
  c.sign("ana").sign("issuer");
  c.spend(coin("VOUCHER", 100, "ana"));
  c.make(coin("VOUCHER", 40, "ana"));
  c.command(AssetRedeem{asset_named("VOUCHER"), 60});
  return c;
}

/// Ana redeems 60 of an IOU that promises CASH; the issuer pays from a coin of 75.
Case valid_iou() {
  Case c;
  add_asset(c, "CASH", AssetKind::payment);
  auto& iou = add_asset(c, "NOTE", AssetKind::iou);
  iou.terms.emplace();
  iou.terms->promised_asset = asset_named("CASH");
  iou.terms->maturity_ms = c.block.time_ms;
  c.sign("ana").sign("payer");
  c.spend(coin("NOTE", 100, "ana"));
  c.spend(coin("CASH", 75, "payer"));
  c.make(coin("NOTE", 40, "ana"));
  c.make(coin("CASH", 60, "ana"));
  c.make(coin("CASH", 15, "payer"));
  c.command(AssetRedeem{asset_named("NOTE"), 60});
  return c;
}

IouTerms& terms(Case& c) { return *asset_in(c, "NOTE").terms; }

TEST(AssetRedeem, TheIssuerTakesItsTokensBack) {
  auto c = valid();
  auto after = asset_in(c, "VOUCHER");
  after.redeemed = 60;
  EXPECT_EQ(c.run(), (Delta{{{asset_key(after.id), after}}}));
}

TEST(AssetRedeem, AnIouIsPaidOutAtPar) {
  auto c = valid_iou();
  auto after = asset_in(c, "NOTE");
  after.redeemed = 60;
  EXPECT_EQ(c.run(), (Delta{{{asset_key(after.id), after}}}));
}

TEST(AssetRedeem, RefusesInOrder) {
  run_table(
      valid,
      {
          {"no input", claim_no_input, ErrorCode::claim_count},
          {"an item", claim_an_item_output, ErrorCode::claim_type},
          {"the holder has not signed", [](Case& c) { c.tx.signers = {key_of("issuer")}; },
           ErrorCode::signature_missing},
          {"no such asset", [](Case& c) { c.body<AssetRedeem>().asset = asset_named("none"); },
           ErrorCode::asset_unknown},
          {"the issuer has not signed", [](Case& c) { c.tx.signers = {key_of("ana")}; },
           ErrorCode::signature_missing},
          {"nothing", [](Case& c) { c.body<AssetRedeem>().amount = 0; }, ErrorCode::amount_zero},
          {"overflow", [](Case& c) { c.out<Coin>(0).amount = kSupplyMax + 1; },
           ErrorCode::amount_overflow},
          {"less than named", [](Case& c) { c.out<Coin>(0).amount = 41; },
           ErrorCode::not_conserved},
          {"frozen", [](Case& c) { asset_in(c, "VOUCHER").frozen = true; },
           ErrorCode::asset_frozen},
          {"holder frozen", [](Case& c) { freeze(c, "VOUCHER", "ana"); }, ErrorCode::holder_frozen},
          {"not a multiple", [](Case& c) { asset_in(c, "VOUCHER").policies.minimum_unit = 7; },
           ErrorCode::below_minimum_unit},
          {"more than there is", [](Case& c) { asset_in(c, "VOUCHER").burned = 941; },
           ErrorCode::redeem_exceeds_issued},
      });
}

TEST(AssetRedeem, RefusesAnIouInOrder) {
  run_table(
      valid_iou,
      {
          {"the payout's asset is frozen", [](Case& c) { asset_in(c, "CASH").frozen = true; },
           ErrorCode::asset_frozen},
          {"not due", [](Case& c) { terms(c).maturity_ms = c.block.time_ms + 1; },
           ErrorCode::not_due},
          {"whole or not at all", [](Case& c) { terms(c).partial_redemption = false; },
           ErrorCode::partial_redemption},
          {"one too few", [](Case& c) { c.out<Coin>(1).amount = 59, c.out<Coin>(2).amount = 16; },
           ErrorCode::payout_mismatch},
          {"more than there is", [](Case& c) { asset_in(c, "NOTE").burned = 941; },
           ErrorCode::redeem_exceeds_issued},
      });
}

TEST(AssetRedeem, BeforeMaturityTheIssuerSigns) {
  auto c = valid_iou();
  terms(c).maturity_ms = c.block.time_ms + 1;
  EXPECT_EQ(c.run().error(), (Error{ErrorCode::not_due, 0, c.block.time_ms + 1}));
  c.sign("issuer");
  EXPECT_TRUE(c.run());
}

TEST(AssetRedeem, AnIouOnDemandIsDueAtOnce) {
  auto c = valid_iou();
  terms(c).maturity_ms = 0;
  EXPECT_TRUE(c.run());
}

TEST(AssetRedeem, WholeRedemptionLeavesNoCoin) {
  auto c = valid_iou();
  terms(c).partial_redemption = false;
  EXPECT_EQ(c.run().error(), (Error{ErrorCode::partial_redemption, 0, 40}));
  c.in<Coin>(0).amount = 60;
  c.tx.outputs.erase(c.tx.outputs.begin());
  c.tx.commands[0].outputs = {0, 1};
  EXPECT_TRUE(c.run());
}

TEST(AssetRedeem, ThePayoutIsExactlyTheHolders) {
  for (const auto& [paid, change] : std::map<std::uint64_t, std::uint64_t>{{59, 16}, {61, 14}}) {
    auto c = valid_iou();
    c.out<Coin>(1).amount = paid;
    c.out<Coin>(2).amount = change;
    EXPECT_EQ(c.run().error(), (Error{ErrorCode::payout_mismatch, 0, 60})) << paid;
  }
  auto c = valid_iou();
  c.out<Coin>(1).lock = KeyLock{key_of("bo")};
  EXPECT_EQ(c.run().error(), (Error{ErrorCode::payout_mismatch, 0, 60}));
}

// The holder's own money is no payout.
TEST(AssetRedeem, TheHolderDoesNotPayItself) {
  auto c = valid_iou();
  c.in<Coin>(1).lock = KeyLock{key_of("ana")};
  c.out<Coin>(2).lock = KeyLock{key_of("ana")};
  EXPECT_EQ(c.run().error(), (Error{ErrorCode::payout_mismatch, 0, 60}));
}

TEST(AssetRedeem, APayoutThatIsMissingIsAMismatch) {
  auto c = valid_iou();
  c.tx.commands[0].inputs = {0};
  c.tx.commands[0].outputs = {0};
  EXPECT_EQ(c.run().error(), (Error{ErrorCode::payout_mismatch, 0, 60}));
}

TEST(AssetRedeem, SeveralHoldersAreEachPaid) {
  auto c = valid_iou();
  c.in<Coin>(1).amount = 105;
  c.spend(coin("NOTE", 30, "bo"));
  c.tx.commands[0].inputs.push_back(2);
  c.tx.commands[0].outputs.push_back(c.make(coin("CASH", 30, "bo")));
  c.body<AssetRedeem>().amount = 90;
  c.sign("bo");
  EXPECT_TRUE(c.run());
  c.out<Coin>(1).amount = 61;
  c.out<Coin>(3).amount = 29;
  EXPECT_EQ(c.run().error().code, ErrorCode::payout_mismatch);
}

TEST(AssetRedeem, AnIouForAGoodIsTakenBackByItsIssuer) {
  auto c = valid();
  auto& iou = add_asset(c, "VOUCHER", AssetKind::iou);
  iou.terms.emplace();
  iou.terms->promised_hash = hash_of("a coat");
  EXPECT_TRUE(c.run());
  c.tx.signers = {key_of("ana")};
  EXPECT_EQ(c.run().error(), (Error{ErrorCode::signature_missing, 0, 0}));
}

TEST(AssetRedeem, Boundaries) {
  for (const auto& [amount, ok] :
       std::map<std::uint64_t, bool>{{0, false}, {1, true}, {1'000, true}, {1'001, false}}) {
    auto c = valid();
    c.in<Coin>(0).amount = amount + 40;
    c.body<AssetRedeem>().amount = amount;
    EXPECT_EQ(c.run().has_value(), ok) << amount;
  }
}

}  // namespace
}  // namespace tally::contracts
