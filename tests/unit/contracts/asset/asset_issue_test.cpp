#include "unit/contracts/asset/world.hpp"

namespace tally::contracts {
namespace {

Case valid() {
  Case c;
  add_asset(c, "CASH", AssetKind::payment);
  c.sign("issuer").sign("ana");
  c.spend(coin("CASH", 10, "ana"));
  c.make(coin("CASH", 60, "ana"));
  c.command(AssetIssue{asset_named("CASH"), 50});
  return c;
}

TEST(AssetIssue, MakesCoinsAnew) {
  auto c = valid();
  auto after = asset_in(c, "CASH");
  after.issued = 1'050;
  EXPECT_EQ(c.run(), (Delta{{{asset_key(after.id), after}}}));
}

TEST(AssetIssue, RefusesInOrder) {
  run_table(
      valid,
      {
          {"no output", [](Case& c) { c.tx.commands[0].outputs.clear(); }, ErrorCode::claim_count},
          {"an item", claim_an_item_output, ErrorCode::claim_type},
          {"no such asset", [](Case& c) { c.body<AssetIssue>().asset = asset_named("none"); },
           ErrorCode::asset_unknown},
          {"not the issuer", sign_by_a_stranger, ErrorCode::not_issuer},
          {"a coin of another", [](Case& c) { c.in<Coin>(0).lock = KeyLock{key_of("bo")}; },
           ErrorCode::signature_missing},
          {"licence revoked",
           [](Case& c) {
             c.registry.at<LicenceEntry>(licence_key(key_of("issuer"), AssetKind::payment))
                 .revoked_ms = 9;
           },
           ErrorCode::not_licensed},
          {"nothing", [](Case& c) { c.body<AssetIssue>().amount = 0; }, ErrorCode::amount_zero},
          {"overflow", [](Case& c) { c.out<Coin>(0).amount = kSupplyMax + 1; },
           ErrorCode::amount_overflow},
          {"more than issued", [](Case& c) { c.out<Coin>(0).amount = 61; },
           ErrorCode::not_conserved},
          {"beyond the maximum", [](Case& c) { asset_in(c, "CASH").reserved = 8'951; },
           ErrorCode::supply_exceeded},
          {"frozen", [](Case& c) { asset_in(c, "CASH").frozen = true; }, ErrorCode::asset_frozen},
          {"holder frozen", [](Case& c) { freeze(c, "CASH", "ana"); }, ErrorCode::holder_frozen},
          {"not a multiple", [](Case& c) { asset_in(c, "CASH").policies.minimum_unit = 7; },
           ErrorCode::below_minimum_unit},
      });
}

Result<Delta> issue(std::uint64_t amount, const std::function<void(AssetEntry&)>& change) {
  Case c;
  change(add_asset(c, "CASH"));
  c.sign("issuer");
  c.make(coin("CASH", amount, "ana"));
  c.command(AssetIssue{asset_named("CASH"), amount});
  return c.run();
}

TEST(AssetIssue, Boundaries) {
  const auto plain = [](AssetEntry&) {};
  EXPECT_EQ(issue(0, plain).error().code, ErrorCode::amount_zero);
  EXPECT_TRUE(issue(1, plain));
  EXPECT_TRUE(issue(9'000, plain));
  EXPECT_EQ(issue(9'001, plain).error(), (Error{ErrorCode::supply_exceeded, 0, 9'000}));
  const auto widest = [](AssetEntry& asset) { asset.policies.supply_max = kSupplyMax; };
  EXPECT_TRUE(issue(kSupplyMax - 1'000, widest));
  EXPECT_EQ(issue(kSupplyMax - 999, widest).error(),
            (Error{ErrorCode::supply_exceeded, 0, kSupplyMax - 1'000}));
}

TEST(AssetIssue, CountsSupplyAndWhatIsReserved) {
  EXPECT_TRUE(issue(8'999, [](AssetEntry& asset) { asset.reserved = 1; }));
  EXPECT_EQ(issue(9'000, [](AssetEntry& asset) { asset.reserved = 1; }).error(),
            (Error{ErrorCode::supply_exceeded, 0, 8'999}));
  // What was redeemed or burned can be issued again.
  EXPECT_TRUE(issue(9'700, [](AssetEntry& asset) { asset.redeemed = 300, asset.burned = 400; }));
}

// The running total of all that was ever issued must not wrap, however little of it is left.
TEST(AssetIssue, NeverWrapsTheTotal) {
  const auto worn = [](AssetEntry& asset) {
    asset.issued = UINT64_MAX - 5;
    asset.redeemed = UINT64_MAX - 5;
  };
  EXPECT_TRUE(issue(5, worn));
  EXPECT_EQ(issue(6, worn).error(), (Error{ErrorCode::supply_exceeded, 0, 5}));
}

TEST(AssetIssue, WhatIsNotTransferableGoesToAnybody) {
  EXPECT_TRUE(issue(50, [](AssetEntry& asset) { asset.policies.transferable = false; }));
}

TEST(AssetIssue, IssuingDoesNotCoverATransferOfMore) {
  auto c = valid();
  asset_in(c, "CASH").policies.transferable = false;
  c.out<Coin>(0) = coin("CASH", 60, "bo");
  EXPECT_EQ(c.run().error(), (Error{ErrorCode::not_transferable, 0, 0}));
}

TEST(AssetIssue, AnotherAssetIsConserved) {
  auto c = valid();
  add_asset(c, "OTHER");
  c.tx.commands[0].outputs.push_back(c.make(coin("OTHER", 1, "ana")));
  EXPECT_EQ(c.run().error(), (Error{ErrorCode::not_conserved, 1, 1}));
}

TEST(AssetIssue, IssuingNothingOfTheNamedAssetIsNotConserved) {
  auto c = valid();
  add_asset(c, "OTHER");
  c.body<AssetIssue>().asset = asset_named("OTHER");
  c.out<Coin>(0).amount = 10;
  EXPECT_EQ(c.run().error(), (Error{ErrorCode::not_conserved, 0, 50}));
}

}  // namespace
}  // namespace tally::contracts
