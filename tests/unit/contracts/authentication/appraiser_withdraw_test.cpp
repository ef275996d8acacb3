#include "contracts/authentication/appraiser_withdraw.hpp"

#include "unit/contracts/authentication/cases.hpp"

namespace tally::contracts::cases {
namespace {

Case valid_case() {
  auto c = world();
  change_stake(panel_in(c), key_of("a1"), [](Stake& stake) { stake.locked = kBond; });
  c.make(coin("EUR", kStake - kBond, "elsewhere"));
  c.sign("a1").command(AppraiserWithdraw{key_of("a1"), eur(), kStake - kBond});
  return c;
}

TEST(AppraiserWithdraw, TakesWhatIsFree) {
  auto c = valid_case();
  auto entry = panel_in(c);
  change_stake(entry, key_of("a1"), [](Stake& stake) { stake.amount = kBond; });
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_TRUE(*delta == (Delta{{{panel_key(eur()), entry}}}));
}

TEST(AppraiserWithdraw, LeavesTheRollWithNothing) {
  auto c = valid_case();
  change_stake(panel_in(c), key_of("a1"), [](Stake& stake) { stake.locked = 0; });
  c.body<AppraiserWithdraw>().amount = kStake;
  c.out<Coin>(0).amount = kStake;
  EXPECT_EQ(find_stake(written<PanelEntry>(c.run(), panel_key(eur())), key_of("a1")), nullptr);
}

TEST(AppraiserWithdraw, ErrorsInPrecedenceOrder) {
  run_table(valid_case, {{"a second coin", [](Case& c) { claim(c, contracts::coin()); },
                          ErrorCode::claim_count},
                         {"a stranger signs", sign_by_a_stranger, ErrorCode::signature_missing},
                         {"no panel in this asset",
                          [](Case& c) { c.body<AppraiserWithdraw>().asset = asset_named("USD"); },
                          ErrorCode::panel_unknown}});
  run_table(valid_case,
            {{"some of it is locked",
              [](Case& c) { c.body<AppraiserWithdraw>().amount = kStake - kBond + 1; },
              ErrorCode::stake_locked},
             {"the coin is another", [](Case& c) { c.out<Coin>(0).amount -= 1; },
              ErrorCode::not_conserved},
             {"frozen", [](Case& c) { freeze(c, "EUR", "elsewhere"); }, ErrorCode::holder_frozen}});
  auto c = valid_case();
  c.tx.outputs[0] = Item{kBag1, lock_of("a1")};
  EXPECT_EQ(error_of(c).code, ErrorCode::claim_type);
  c = valid_case();
  c.sign("nobody").body<AppraiserWithdraw>().appraiser = key_of("nobody");
  EXPECT_EQ(error_of(c), (Error{ErrorCode::stake_locked, 0, 0})) << "it has no stake";
}

}  // namespace
}  // namespace tally::contracts::cases
