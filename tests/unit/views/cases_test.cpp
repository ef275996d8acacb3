#include "views/cases.hpp"

#include "unit/views/chain.hpp"

namespace tally::views {
namespace {

using contracts::RegistryKind;
using contracts::Verdict;

TEST(Cases, AreCountedByWeekCategoryAndSourceWhenTheyClose) {
  Market market;
  market.open_panel();
  market.judge_case("alice", "1", "bags", "shop", Verdict::fake);
  market.judge_case("alice", "2", "bags", "shop", Verdict::genuine);
  market.judge_case("bob", "3", "bags", "fair", Verdict::inconclusive);
  const auto week = week_of(market.now_ms);
  ViewsOver over(market);
  auto counts = count_cases(over.look(), 0);
  ASSERT_TRUE(counts);
  ASSERT_EQ(counts->size(), 2u);
  std::ranges::sort(*counts, {}, &CaseCount::inconclusive);
  EXPECT_EQ((*counts)[0], (CaseCount{week, hash_of("bags"), hash_of("shop"), 1, 1, 0}));
  EXPECT_EQ((*counts)[1], (CaseCount{week, hash_of("bags"), hash_of("fair"), 0, 0, 1}));
  EXPECT_TRUE(count_cases(over.look(), week + 1)->empty());
}

TEST(Cases, AControlIsTakenOutAgain) {
  Market market;
  market.open_panel();
  const auto id = market.judge_case("alice", "1", "bags", "shop", Verdict::genuine);
  ViewsOver over(market);
  EXPECT_EQ(count_cases(over.look(), 0)->size(), 1u);
  market.quorum(contracts::CaseCalibrate{id, Verdict::fake, hash_of("1")});
  market.seal();
  EXPECT_TRUE(count_cases(over.look(), 0)->empty());
  const auto record = find_entry(over.look(), contracts::appraiser_key(key_of("judge")));
  EXPECT_EQ(std::get<contracts::AppraiserEntry>((*record)->entry).controls_wrong, 1u);
}

TEST(Cases, AreListedWithWhoAskedAndWhoJudged) {
  Market market;
  market.open_panel();
  const auto id = market.judge_case("alice", "1", "bags", "shop", Verdict::genuine);
  market.judge_case("bob", "2", "bags", "shop", Verdict::genuine);
  ViewsOver over(market);
  const auto snapshot = over.look();
  const auto of = [&](std::string_view who) {
    return list_owned_entries(snapshot, RegistryKind::authentication_case, key_of(who).bytes, {})
        ->rows;
  };
  ASSERT_EQ(of("alice").size(), 1u);
  EXPECT_EQ(of("alice")[0].key.id, id.bytes);
  EXPECT_EQ(of("judge").size(), 2u);
  EXPECT_TRUE(of("shop").empty());
}

}  // namespace
}  // namespace tally::views
