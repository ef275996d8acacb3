#include "contracts/authentication/panel_draw.hpp"

#include "unit/contracts/authentication/cases.hpp"

namespace tally::contracts::cases {
namespace {

CaseEntry drawable() {
  CaseEntry entry;
  entry.requester = entry.member = key_of("ana");
  entry.asset = eur();
  entry.terms = terms();
  return entry;
}

std::vector<PublicKey> all_of(Case& c, CaseEntry entry) {
  entry.terms.judges = kJudgesMax;
  auto drawn = draw_panel(c.registry, entry, hash_of("seed"));
  std::ranges::sort(drawn);
  return drawn;
}

std::vector<PublicKey> keys(std::initializer_list<std::string_view> names) {
  std::vector<PublicKey> out;
  for (const auto name : names) out.push_back(key_of(name));
  std::ranges::sort(out);
  return out;
}

TEST(PanelDraw, DrawsEachOnceAndTheSameAgain) {
  auto c = world();
  const auto drawn = draw_panel(c.registry, drawable(), hash_of("seed"));
  ASSERT_EQ(drawn.size(), 3u);
  EXPECT_EQ(std::set(drawn.begin(), drawn.end()).size(), 3u);
  EXPECT_EQ(draw_panel(c.registry, drawable(), hash_of("seed")), drawn);
}

TEST(PanelDraw, TheSeedIsOfTheCaseTheRoundAndTheBlockBefore) {
  const auto seed = draw_seed(id(), 1, hash_of("block"));
  EXPECT_NE(seed, draw_seed(id(), 2, hash_of("block")));
  EXPECT_NE(seed, draw_seed(id(), 1, hash_of("another block")));
  EXPECT_NE(seed, draw_seed(CaseId{hash_of("other")}, 1, hash_of("block")));
}

TEST(PanelDraw, NobodyJudgesWhatIsItsOwn) {
  auto c = world();
  EXPECT_EQ(all_of(c, drawable()), keys({"a1", "a2", "a3", "a4", "a5"}));
  auto entry = drawable();
  entry.requester = entry.member = key_of("a1");
  EXPECT_EQ(all_of(c, entry), keys({"a2", "a3", "a4", "a5"})) << "the requester";
  entry = drawable();
  entry.member = key_of("a1");
  EXPECT_EQ(all_of(c, entry), keys({"a2", "a3", "a4", "a5"})) << "who answers for it";
  entry = drawable();
  entry.challenger = key_of("a2");
  EXPECT_EQ(all_of(c, entry), keys({"a1", "a3", "a4", "a5"})) << "the challenger";
  entry = drawable();
  entry.gs1_key = kBag1;
  entry.owner = account_of(key_of("a3"));
  EXPECT_EQ(all_of(c, entry), keys({"a1", "a2", "a4", "a5"})) << "the owner";
  entry.owner = account_of(key_of("bob"));
  c.registry.at<ItemEntry>(item_key(kBag1)).authority = key_of("a4");
  EXPECT_EQ(all_of(c, entry), keys({"a1", "a2", "a3", "a5"})) << "the item's authority";
  Seat seat;
  seat.appraiser = key_of("a5");
  entry.seats.push_back(seat);
  EXPECT_EQ(all_of(c, entry), keys({"a1", "a2", "a3"})) << "who sat on the first panel";
}

TEST(PanelDraw, WantsAStakeAnAccreditationAndAMembership) {
  auto c = world();
  change_stake(panel_in(c), key_of("a1"), [](Stake& s) { s.locked = kStake - kBond + 1; });
  c.registry.at<AccreditationEntry>(accreditation_key(key_of("a2"), Role::appraiser)).revoked_ms =
      1;
  c.registry.at<MemberEntry>(member_key(key_of("a3"))).revoked_ms = 1;
  auto& agent = c.registry.at<MemberEntry>(member_key(key_of("a4")));
  agent.agent = true;
  agent.sponsor = key_of("ana");
  EXPECT_EQ(all_of(c, drawable()), keys({"a5"})) << "a4 is the requester's own agent";
}

TEST(PanelDraw, LotsGrowWithStakeAndRecord) {
  const AppraiserEntry fresh;
  EXPECT_EQ(lots(99, 100, fresh), 0u);
  EXPECT_EQ(lots(100, 100, fresh), 8u);
  EXPECT_EQ(lots(250, 100, fresh), 16u);
  EXPECT_EQ(lots(100'000, 100, fresh), 64u) << "eight bonds at most";
  AppraiserEntry good;
  good.cases = good.agreed = 1'000;
  EXPECT_EQ(lots(100, 100, good), 15u);
  AppraiserEntry wrong;
  wrong.controls_wrong = 1'000;
  EXPECT_EQ(lots(100, 100, wrong), 1u);
  AppraiserEntry absent;
  absent.absences = 4;
  EXPECT_EQ(lots(100, 100, absent), 4u);
}

// A fair draw of one in five, weighed by lots of 8 each but one of 64: in 4,000 draws each count is
// within five standard deviations.
TEST(PanelDraw, IsByLots) {
  auto c = world();
  change_stake(panel_in(c), key_of("a1"), [](Stake& s) { s.amount = 8 * kBond; });
  for (const auto name : {"a2", "a3", "a4", "a5"}) {
    change_stake(panel_in(c), key_of(name), [](Stake& s) { s.amount = kBond; });
  }
  auto entry = drawable();
  entry.terms.judges = 1;
  std::map<PublicKey, double> counts;
  constexpr int kDraws = 4'000;
  for (int i = 0; i < kDraws; ++i) {
    ++counts[draw_panel(c.registry, entry, hash_of(std::to_string(i))).front()];
  }
  EXPECT_NEAR(counts[key_of("a1")], kDraws * 8 / 12.0, 150);
  for (const auto name : {"a2", "a3", "a4", "a5"}) {
    EXPECT_NEAR(counts[key_of(name)], kDraws / 12.0, 90) << name;
  }
}

}  // namespace
}  // namespace tally::contracts::cases
