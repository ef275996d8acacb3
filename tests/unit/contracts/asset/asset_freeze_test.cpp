#include "unit/contracts/asset/world.hpp"

namespace tally::contracts {
namespace {

RegistryKey ana_key() { return freeze_key(asset_named("ONE"), account_of(key_of("ana"))); }

Case valid() {
  Case c;
  add_asset(c, "ONE");
  c.sign("issuer").command(AssetFreeze{asset_named("ONE"), account_of(key_of("ana")), true});
  return c;
}

AssetFreeze& command(Case& c) { return c.body<AssetFreeze>(); }

TEST(AssetFreeze, FreezesAHolder) {
  auto c = valid();
  auto after = asset_in(c, "ONE");
  after.frozen_holders = 1;
  EXPECT_EQ(c.run(), (Delta{{{ana_key(), FreezeEntry{after.id, account_of(key_of("ana")), true}},
                             {asset_key(after.id), after}}}));
}

TEST(AssetFreeze, UnfreezesAHolder) {
  auto c = valid();
  freeze(c, "ONE", "bo");
  freeze(c, "ONE", "ana");
  command(c).frozen = false;
  auto after = asset_in(c, "ONE");
  after.frozen_holders = 1;
  EXPECT_EQ(c.run(), (Delta{{{ana_key(), FreezeEntry{after.id, account_of(key_of("ana")), false}},
                             {asset_key(after.id), after}}}));
}

TEST(AssetFreeze, FreezesAndUnfreezesTheWholeAsset) {
  for (const bool frozen : {true, false}) {
    auto c = valid();
    command(c) = {asset_named("ONE"), std::nullopt, frozen};
    asset_in(c, "ONE").frozen = !frozen;
    auto after = asset_in(c, "ONE");
    after.frozen = frozen;
    EXPECT_EQ(c.run(), (Delta{{{asset_key(after.id), after}}}));
    asset_in(c, "ONE").frozen = frozen;
    EXPECT_EQ(c.run().error().code, ErrorCode::no_change);
  }
}

TEST(AssetFreeze, RefusesInOrder) {
  run_table(valid,
            {
                {"claims an output", [](Case& c) { c.tx.commands[0].outputs = {c.make(Grant{})}; },
                 ErrorCode::claim_count},
                {"no such asset", [](Case& c) { command(c).asset = asset_named("none"); },
                 ErrorCode::asset_unknown},
                {"not the issuer", sign_by_a_stranger, ErrorCode::not_issuer},
                {"never freezable", [](Case& c) { asset_in(c, "ONE").policies.freezable = false; },
                 ErrorCode::not_freezable},
                {"frozen already", [](Case& c) { freeze(c, "ONE", "ana"); }, ErrorCode::no_change},
            });
}

TEST(AssetFreeze, NobodyIsUnfrozenWhoIsNotFrozen) {
  auto c = valid();
  command(c).frozen = false;
  EXPECT_EQ(c.run().error().code, ErrorCode::no_change);
  freeze(c, "ONE", "ana");
  c.registry.at<FreezeEntry>(ana_key()).frozen = false;
  EXPECT_EQ(c.run().error().code, ErrorCode::no_change);
}

// A freeze in an earlier command of the same transaction holds for a transfer after it.
TEST(AssetFreeze, HoldsFromTheNextCommandOn) {
  auto c = valid();
  c.sign("ana");
  c.spend(coin("ONE", 5, "ana"));
  c.make(coin("ONE", 5, "bo"));
  c.command(AssetTransfer{});
  EXPECT_EQ(c.run().error(), (Error{ErrorCode::holder_frozen, 0, 0}));
}

}  // namespace
}  // namespace tally::contracts
