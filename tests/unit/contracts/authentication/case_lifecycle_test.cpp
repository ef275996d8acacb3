// Whole lives of cases, with every account's money at the end.
#include "unit/contracts/authentication/cases.hpp"

namespace tally::contracts::cases {
namespace {

constexpr auto kGenuine = Verdict::genuine;
constexpr auto kFake = Verdict::fake;
constexpr std::optional<Verdict> kAway = std::nullopt;

TEST(CaseLifecycle, TwoOfThreeDecideAndShareTheFee) {
  Life life;
  life.open();
  life.judge({kGenuine, kFake, kGenuine});
  ASSERT_EQ(life.entry().state, CaseState::decided);
  EXPECT_EQ(life.entry().verdict, kGenuine);
  life.close();
  ASSERT_EQ(life.entry().state, CaseState::closed);
  EXPECT_EQ(life.entry().deadline_active_ms, 0u);
  const auto judges = life.judges(1);
  EXPECT_EQ(life.stake(judges[0]), kStake + kFee / 2);
  EXPECT_EQ(life.stake(judges[1]), kStake) << "another verdict than the one that stands";
  EXPECT_EQ(life.stake(judges[2]), kStake + kFee / 2);
  EXPECT_TRUE(life.paid.empty());
  EXPECT_EQ(record_of(life.c.registry, judges[0]).agreed, 1u);
  EXPECT_EQ(record_of(life.c.registry, judges[1]).agreed, 0u);
  EXPECT_EQ(record_of(life.c.registry, judges[1]).cases, 1u);
  EXPECT_EQ(life.c.registry.at<RequesterEntry>(requester_key(key_of("ana"))).open, 0u);
}

TEST(CaseLifecycle, WhoStaysAwayLosesAPartOfTheBond) {
  Life life;
  life.open();
  life.judge({kGenuine, kGenuine, kAway});
  life.close();
  const auto judges = life.judges(1);
  EXPECT_EQ(life.stake(judges[2]), kStake - 20);
  EXPECT_EQ(panel_in(life.c).pool, 20u);
  EXPECT_EQ(record_of(life.c.registry, judges[2]).absences, 1u);
}

TEST(CaseLifecycle, NobodyComesAndTheFeeGoesBack) {
  Life life;
  life.open();
  life.judge({kAway, kAway, kAway});
  ASSERT_EQ(life.entry().state, CaseState::decided) << "with nothing committed";
  EXPECT_EQ(life.entry().verdict, Verdict::inconclusive);
  life.close();
  EXPECT_EQ(life.paid[key_of("ana")], kFee);
  EXPECT_EQ(panel_in(life.c).pool, 60u);
}

TEST(CaseLifecycle, WithoutTheNumbersAllWhoJudgedArePaid) {
  Life life;
  life.open();
  life.judge({kGenuine, kFake, Verdict::inconclusive});
  EXPECT_EQ(life.entry().verdict, Verdict::inconclusive);
  life.close();
  for (const auto& judge : life.judges(1)) EXPECT_EQ(life.stake(judge), kStake + kFee / 3);
}

TEST(CaseLifecycle, AnUpheldVerdictCostsTheChallenger) {
  Life life;
  put_member(life.c, "a6");
  put_accreditation(life.c, "a6", Role::appraiser);
  change_stake(panel_in(life.c), key_of("a6"), [](Stake& stake) { stake.amount = kStake; });
  life.open();
  life.judge({kFake, kFake, kFake});
  life.challenge();
  EXPECT_EQ(life.entry().state, CaseState::challenged);
  life.judge({kFake, kFake, kAway});
  ASSERT_EQ(life.entry().state, CaseState::closed);
  EXPECT_EQ(life.entry().verdict, kFake);
  for (const auto& judge : life.judges(1)) EXPECT_EQ(life.stake(judge), kStake + kFee / 3);
  EXPECT_EQ(life.stake(life.judges(2)[0]), kStake + kChallengeBond / 2);
  EXPECT_EQ(life.stake(life.judges(2)[2]), kStake - 20);
  EXPECT_TRUE(life.paid.empty());
}

TEST(CaseLifecycle, AnOverturnedVerdictCostsThoseWhoGaveIt) {
  Life life;
  put_member(life.c, "a6");
  put_accreditation(life.c, "a6", Role::appraiser);
  change_stake(panel_in(life.c), key_of("a6"), [](Stake& stake) { stake.amount = kStake; });
  life.open(true);
  life.judge({kGenuine, kGenuine, kFake});
  const auto& item = life.c.registry.at<ItemEntry>(item_key(kBag1));
  ASSERT_EQ(item.attestations.size(), 2u);
  life.challenge();
  life.judge({kFake, kFake, kFake});
  ASSERT_EQ(life.entry().state, CaseState::closed);
  EXPECT_EQ(life.entry().verdict, kFake);
  EXPECT_EQ(life.entry().first_verdict, kGenuine);
  const auto first = life.judges(1);
  EXPECT_EQ(life.stake(first[0]), kStake - kBond);
  EXPECT_EQ(life.stake(first[1]), kStake - kBond);
  EXPECT_EQ(life.stake(first[2]), kStake + kFee) << "it was right from the first";
  EXPECT_EQ(record_of(life.c.registry, first[0]).overturned, 1u);
  EXPECT_EQ(record_of(life.c.registry, first[2]).overturned, 0u);
  for (const auto& judge : life.judges(2)) EXPECT_EQ(life.stake(judge), kStake + 33);
  EXPECT_EQ(life.paid[key_of("bob")], kChallengeBond + kBond);
  EXPECT_EQ(panel_in(life.c).pool, 1u) << "what does not divide";
  EXPECT_EQ(item.attestations.size(), 3u) << "what was overturned is no verdict on the item";
  for (const auto& said : item.attestations) EXPECT_EQ(said.verdict, kFake);
}

TEST(CaseLifecycle, ASecondPanelWithoutTheNumbersOverturnsNothing) {
  Life life;
  put_member(life.c, "a6");
  put_accreditation(life.c, "a6", Role::appraiser);
  change_stake(panel_in(life.c), key_of("a6"), [](Stake& stake) { stake.amount = kStake; });
  life.open();
  life.judge({kGenuine, kGenuine, kGenuine});
  life.challenge();
  life.judge({kFake, kGenuine, Verdict::inconclusive});
  EXPECT_EQ(life.entry().verdict, kGenuine);
  for (const auto& judge : life.judges(1)) EXPECT_EQ(life.stake(judge), kStake + kFee / 3);
  for (const auto& judge : life.judges(2))
    EXPECT_EQ(life.stake(judge), kStake + kChallengeBond / 3);
}

TEST(CaseLifecycle, AChallengeThatNobodyCanJudgeCostsNothing) {
  Life life;  // Two appraisers are left after the first panel; with a stake too small, one.
  life.open();
  life.judge({kGenuine, kGenuine, kGenuine});
  for (const auto name : kAppraisers) {
    const auto judges = life.judges(1);
    if (std::ranges::find(judges, key_of(name)) == judges.end()) {
      change_stake(panel_in(life.c), key_of(name), [](Stake& stake) { stake.amount = kBond - 1; });
    }
  }
  life.challenge();
  life.advance();
  EXPECT_EQ(life.entry().state, CaseState::closed);
  EXPECT_EQ(life.entry().verdict, kGenuine);
  EXPECT_EQ(life.paid[key_of("bob")], kChallengeBond);
}

TEST(CaseLifecycle, WithoutAPanelThereIsNoVerdictAndTheFeeGoesBack) {
  Life life;
  life.open();
  for (const auto name : kAppraisers) {
    life.c.registry.at<AccreditationEntry>(accreditation_key(key_of(name), Role::appraiser))
        .revoked_ms = 1;
  }
  life.advance();
  EXPECT_EQ(life.entry().state, CaseState::closed);
  EXPECT_FALSE(life.entry().verdict);
  EXPECT_EQ(life.paid[key_of("ana")], kFee);
}

TEST(CaseLifecycle, AnItemsVerdictIsAnAttestationOfEachWhoAgreed) {
  Life life;
  life.open(true);
  EXPECT_EQ(life.entry().owner, account_of(key_of("ana")));
  life.judge({kGenuine, kFake, kGenuine});
  const auto& said = life.c.registry.at<ItemEntry>(item_key(kBag1)).attestations;
  ASSERT_EQ(said.size(), 2u);
  EXPECT_EQ(said[0], (Attestation{life.judges(1)[0], kGenuine, 9'000, hash_of("method"),
                                  hash_of("photographs"), life.c.block.time_ms}));
}

TEST(CaseLifecycle, AnItemThatIsNoMoreIsLeftAlone) {
  Life life;
  life.open(true);
  life.c.registry.at<ItemEntry>(item_key(kBag1)).status = ItemStatus::decommissioned;
  life.judge({kGenuine, kGenuine, kGenuine});
  EXPECT_TRUE(life.c.registry.at<ItemEntry>(item_key(kBag1)).attestations.empty());
  EXPECT_EQ(life.entry().verdict, kGenuine);
}

TEST(CaseLifecycle, AFreeCaseIsPaidFromThePool) {
  Life life;
  panel_in(life.c).pool = kFee + 1;
  life.c.registry.at<RequesterEntry>(requester_key(key_of("ana"))).cases = 0;
  auto command = opening();
  command.fee = 0;
  life.c.sign("ana").command(command);
  life.settle();
  EXPECT_TRUE(life.entry().free);
  EXPECT_EQ(life.entry().fee, kFee);
  EXPECT_EQ(panel_in(life.c).pool, 1u);
  life.judge({kAway, kAway, kAway});
  life.close();
  EXPECT_TRUE(life.paid.empty()) << "what was not hers does not go to the requester";
  EXPECT_EQ(panel_in(life.c).pool, 1u + kFee + 60u);
}

TEST(CaseLifecycle, AStakeThatIsLostWholeLeavesTheRoll) {
  Life life;
  for (auto& stake : panel_in(life.c).roll) stake.amount = kBond;
  put_member(life.c, "a6");
  put_accreditation(life.c, "a6", Role::appraiser);
  change_stake(panel_in(life.c), key_of("a6"), [](Stake& stake) { stake.amount = kBond; });
  life.open();
  life.judge({kGenuine, kGenuine, kGenuine});
  life.challenge();
  life.judge({kFake, kFake, kFake});
  for (const auto& judge : life.judges(1)) {
    EXPECT_EQ(find_stake(panel_in(life.c), judge), nullptr);
  }
}

}  // namespace
}  // namespace tally::contracts::cases
