#include "contracts/authentication/panel_define.hpp"

#include "unit/contracts/authentication/cases.hpp"

namespace tally::contracts::cases {
namespace {

Case valid_case() {
  auto c = world();
  auto changed = terms();
  changed.fee = 70;
  c.sign_quorum().command(PanelDefine{eur(), changed});
  return c;
}

TEST(PanelDefine, ChangesTheTermsAndKeepsRollAndPool) {
  auto c = valid_case();
  panel_in(c).pool = 7;
  auto entry = panel_in(c);
  entry.terms.fee = 70;
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_TRUE(*delta == (Delta{{{panel_key(eur()), entry}}}));
}

TEST(PanelDefine, BeginsAPanel) {
  auto c = valid_case();
  add_asset(c, "USD", AssetKind::payment);
  c.body<PanelDefine>().asset = asset_named("USD");
  const auto entry = written<PanelEntry>(c.run(), panel_key(asset_named("USD")));
  EXPECT_EQ(entry.since_ms, c.block.time_ms);
  EXPECT_TRUE(entry.roll.empty());
}

TEST(PanelDefine, ErrorsInPrecedenceOrder) {
  run_table(valid_case, {{"a coin is claimed", [](Case& c) { claim(c, contracts::coin()); },
                          ErrorCode::claim_count},
                         {"one operator", [](Case& c) { c.tx.signers = {key_of("operator1")}; },
                          ErrorCode::quorum_missing},
                         {"no judge", [](Case& c) { c.body<PanelDefine>().terms.judges = 0; },
                          ErrorCode::panel_terms_invalid},
                         {"there is no such asset",
                          [](Case& c) { c.body<PanelDefine>().asset = asset_named("NONE"); },
                          ErrorCode::asset_unknown}});
}

TEST(PanelDefine, WantsTermsThatCanBeKept) {
  const std::vector<std::function<void(PanelTerms&)>> wrong{
      [](auto& t) { t.judges = kJudgesMax + 1; },
      [](auto& t) { t.agreeing = 1; },
      [](auto& t) { t.agreeing = 4; },
      [](auto& t) { t.bond = 0; },
      [](auto& t) { t.bond = kSupplyMax + 1; },
      [](auto& t) { t.challenge_bond = 0; },
      [](auto& t) { t.challenge_bond = kSupplyMax + 1; },
      [](auto& t) { t.fee = kSupplyMax + 1; },
      [](auto& t) { t.absence_bps = kBasisPoints + 1; },
      [](auto& t) { t.commit_ms = kCasePeriodMsMin - 1; },
      [](auto& t) { t.reveal_ms = kCasePeriodMsMax + 1; },
      [](auto& t) { t.challenge_ms = 0; },
      [](auto& t) { t.open_max = 0; },
      [](auto& t) { t.open_max = kOpenCasesMax + 1; },
  };
  for (std::size_t i = 0; i < wrong.size(); ++i) {
    auto c = valid_case();
    wrong[i](c.body<PanelDefine>().terms);
    EXPECT_EQ(error_of(c).code, ErrorCode::panel_terms_invalid) << i;
  }
  auto c = valid_case();
  c.body<PanelDefine>().terms.fee = 0;
  EXPECT_TRUE(c.run());
}

TEST(PanelDefine, WantsAPaymentTokenThatMovesInWholeUnits) {
  auto c = valid_case();
  asset_in(c, "EUR").policies.minimum_unit = 100;
  EXPECT_EQ(error_of(c), (Error{ErrorCode::panel_terms_invalid, 1, 0})) << "70 is no multiple";
  asset_in(c, "EUR").policies.minimum_unit = 10;
  EXPECT_TRUE(c.run());
  asset_in(c, "EUR").policies.transferable = false;
  EXPECT_EQ(error_of(c).code, ErrorCode::panel_terms_invalid);
  add_asset(c, "PTS", AssetKind::loyalty);
  c.body<PanelDefine>().asset = asset_named("PTS");
  EXPECT_EQ(error_of(c).code, ErrorCode::panel_terms_invalid);
}

}  // namespace
}  // namespace tally::contracts::cases
