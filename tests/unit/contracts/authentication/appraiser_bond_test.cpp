#include "contracts/authentication/appraiser_bond.hpp"

#include "unit/contracts/authentication/cases.hpp"

namespace tally::contracts::cases {
namespace {

Case valid_case() {
  auto c = world();
  c.spend(coin("EUR", 300, "a1"));
  c.make(coin("EUR", 50, "a1"));
  c.sign("a1").command(AppraiserBond{key_of("a1"), eur(), 250});
  return c;
}

TEST(AppraiserBond, AddsToTheStake) {
  auto c = valid_case();
  auto entry = panel_in(c);
  change_stake(entry, key_of("a1"), [](Stake& stake) { stake.amount += 250; });
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_TRUE(*delta == (Delta{{{panel_key(eur()), entry}}}));
}

TEST(AppraiserBond, EntersTheRollInOrder) {
  auto c = valid_case();
  put_accreditation(c, "new", Role::appraiser);
  c.sign("new").body<AppraiserBond>().appraiser = key_of("new");
  const auto roll = written<PanelEntry>(c.run(), panel_key(eur())).roll;
  EXPECT_EQ(roll.size(), 6u);
  EXPECT_TRUE(std::ranges::is_sorted(roll, {}, &Stake::appraiser));
}

TEST(AppraiserBond, ErrorsInPrecedenceOrder) {
  run_table(valid_case, {{"no input", claim_no_input, ErrorCode::claim_count},
                         {"an item comes out", claim_an_item_output, ErrorCode::claim_type},
                         {"a stranger signs", sign_by_a_stranger, ErrorCode::signature_missing}});
  run_table(valid_case, {{"the accreditation was revoked",
                          [](Case& c) {
                            const auto key = accreditation_key(key_of("a1"), Role::appraiser);
                            c.registry.at<AccreditationEntry>(key).revoked_ms = 1;
                          },
                          ErrorCode::not_accredited},
                         {"no panel in this asset",
                          [](Case& c) { c.body<AppraiserBond>().asset = asset_named("USD"); },
                          ErrorCode::panel_unknown},
                         {"nothing", [](Case& c) { c.body<AppraiserBond>().amount = 0; },
                          ErrorCode::amount_zero}});
  run_table(valid_case,
            {{"frozen", [](Case& c) { freeze(c, "EUR", "a1"); }, ErrorCode::holder_frozen},
             {"more stays than is said", [](Case& c) { c.body<AppraiserBond>().amount = 249; },
              ErrorCode::not_conserved}});
}

TEST(AppraiserBond, TheRollHasRoomForSoMany) {
  auto c = valid_case();
  auto& panel = panel_in(c);
  for (std::size_t i = panel.roll.size(); i < kRollMax; ++i) {
    change_stake(panel, key_of("full" + std::to_string(i)), [](Stake& s) { s.amount = 1; });
  }
  EXPECT_TRUE(c.run()) << "who is there already may add";
  put_accreditation(c, "new", Role::appraiser);
  c.sign("new").body<AppraiserBond>().appraiser = key_of("new");
  EXPECT_EQ(error_of(c), (Error{ErrorCode::roll_full, 0, kRollMax}));
}

}  // namespace
}  // namespace tally::contracts::cases
