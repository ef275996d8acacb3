#include "views/reputation_score.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "crypto/hash.hpp"

namespace tally::views {
namespace {

constexpr std::uint64_t kDay = 24ull * 3600 * 1000;
constexpr std::uint32_t kAll = 10'000;

contracts::PublicKey person(std::uint64_t number) {
  Bytes bytes;
  append_be(bytes, number);
  return {crypto::sha256(bytes)};
}

Experience good(std::uint64_t counterparty, std::uint64_t value = 100, std::uint64_t age_ms = 0) {
  return {person(counterparty), value, 100, kAll, 0, age_ms};
}
Experience bad(std::uint64_t counterparty, std::uint64_t value = 100, std::uint64_t age_ms = 0) {
  return {person(counterparty), value, 100, 0, kAll, age_ms};
}

double real(std::uint64_t q32) { return static_cast<double>(q32) / static_cast<double>(kQ32); }

TEST(ReputationScore, WeighsAnOrderByTheRootOfItsValue) {
  struct Row {
    std::uint64_t value, unit;
    double weight;
  };
  for (const auto& [value, unit, weight] :
       std::vector<Row>{{0, 100, 0},
                        {1, 100, 0.1},
                        {25, 100, 0.5},
                        {100, 100, 1},
                        {400, 100, 2},
                        {1'599, 100, std::sqrt(15.99)},
                        {1'600, 100, 4},
                        {1'601, 100, 4},
                        {UINT64_MAX, 1, 4},
                        {1, UINT64_MAX, std::sqrt(1 / std::pow(2.0, 64))}}) {
    EXPECT_NEAR(real(order_weight_q32(value, unit)), weight, 1e-8) << value << '/' << unit;
  }
}

TEST(ReputationScore, HalvesWithEachHalfLife) {
  EXPECT_EQ(decay_q32(0, kGoodHalfLifeMs), kQ32);
  EXPECT_EQ(decay_q32(kGoodHalfLifeMs, kGoodHalfLifeMs), kQ32 / 2);
  EXPECT_EQ(decay_q32(5 * kGoodHalfLifeMs, kGoodHalfLifeMs), kQ32 / 32);
  EXPECT_EQ(decay_q32(32 * kGoodHalfLifeMs, kGoodHalfLifeMs), 0u);
  EXPECT_EQ(decay_q32(UINT64_MAX, kGoodHalfLifeMs), 0u);
  std::uint64_t before = kQ32;
  for (std::uint64_t day = 1; day < 1000; day += 7) {
    const auto decay = decay_q32(day * kDay, kGoodHalfLifeMs);
    EXPECT_NEAR(real(decay), std::exp2(-static_cast<double>(day) / 180), 2e-8) << day;
    EXPECT_LT(decay, before);
    before = decay;
  }
}

TEST(ReputationScore, APairSaturatesAtThree) {
  EXPECT_EQ(saturate_q32(0), 0u);
  EXPECT_EQ(saturate_q32(3 * kQ32), 3 * kQ32 / 2);
  EXPECT_EQ(saturate_q32(9 * kQ32), 9 * kQ32 / 4);
  EXPECT_LT(saturate_q32(1'000'000 * kQ32), 3 * kQ32);
}

// Wilson 1927 for a successes of n, z = 1.96, to four places: computed by the textbook's formula.
TEST(ReputationScore, IsWilsonsLowerBound) {
  for (const auto& [a, b] : std::vector<std::pair<std::uint64_t, std::uint64_t>>{
           {1, 1}, {2, 1}, {1, 2}, {10, 1}, {1, 10}, {50, 50}, {1000, 1}, {30'000, 300}}) {
    const auto n = static_cast<double>(a + b);
    const auto p = static_cast<double>(a) / n;
    const auto z = 1.96;
    const auto bound =
        (p + z * z / (2 * n) - z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n))) /
        (1 + z * z / n);
    EXPECT_NEAR(wilson_points(a * kQ32, b * kQ32), 1000 * bound, 1) << a << ' ' << b;
    EXPECT_LE(wilson_points(a * kQ32, b * kQ32), 1000 * bound) << a << ' ' << b;
  }
  // Known values, frozen: whoever recomputes a score gets these.
  EXPECT_EQ(wilson_points(kQ32, kQ32), 94u);
  EXPECT_EQ(wilson_points(10 * kQ32, kQ32), 622u);
  EXPECT_EQ(wilson_points(50 * kQ32, 50 * kQ32), 403u);
}

TEST(ReputationScore, KnowsNothingOfAStranger) {
  const auto nothing = score({});
  EXPECT_EQ(nothing.points, 94u);
  EXPECT_EQ(nothing.counterparties_milli, 0u);
  EXPECT_TRUE(nothing.influences.empty());
}

TEST(ReputationScore, ManyCounterpartiesBeatManyOrdersWithOne) {
  std::vector<Experience> one;
  std::vector<Experience> many;
  for (std::uint64_t i = 0; i < 50; ++i) {
    one.push_back(good(1));
    many.push_back(good(i));
  }
  const auto of_one = score(one);
  const auto of_many = score(many);
  EXPECT_LT(of_one.points, 400u);
  EXPECT_GT(of_many.points, 850u);
  EXPECT_EQ(of_one.counterparties_milli, 1'000u);
  EXPECT_NEAR(static_cast<double>(of_many.counterparties_milli), 50'000, 1);
  EXPECT_NEAR(real(of_many.good_q32), 50 * 0.75, 1e-6);
}

TEST(ReputationScore, BadLastsTwiceAsLongAsGood) {
  const auto half_year = 180 * kDay;
  EXPECT_NEAR(real(score(std::vector{good(1, 100, half_year)}).good_q32), 0.5 * 3 / 3.5, 1e-6);
  EXPECT_NEAR(real(score(std::vector{bad(1, 100, 2 * half_year)}).bad_q32), 0.5 * 3 / 3.5, 1e-6);
}

TEST(ReputationScore, SharesOfASplitCountOnBothSides) {
  const auto split = score(std::vector{Experience{person(1), 100, 100, 3'000, 7'000, 0}});
  EXPECT_NEAR(real(split.good_q32), 0.3 * 3 / 3.3, 1e-6);
  EXPECT_NEAR(real(split.bad_q32), 0.7 * 3 / 3.7, 1e-6);
}

TEST(ReputationScore, NamesWhatMovedItMost) {
  std::vector<Experience> experiences;
  for (std::uint64_t i = 0; i < 8; ++i) experiences.push_back(good(i));
  experiences.push_back(bad(20, 1'600));
  const auto all = score(experiences);
  ASSERT_EQ(all.influences.size(), kInfluencesMax);
  EXPECT_EQ(all.influences[0].index, 8u);
  EXPECT_LT(all.influences[0].points, 0);
  for (std::size_t i = 1; i < all.influences.size(); ++i) {
    EXPECT_GT(all.influences[i].points, 0);
  }
  experiences.pop_back();
  EXPECT_EQ(static_cast<std::int32_t>(score(experiences).points),
            static_cast<std::int32_t>(all.points) - all.influences[0].points);
}

TEST(ReputationScore, TheOrderOfTheFactsDoesNotMatterAndNothingOverflows) {
  std::mt19937_64 random(7);
  std::vector<Experience> experiences;
  for (std::size_t i = 0; i < 2'000; ++i) {
    const auto share = static_cast<std::uint32_t>(random() % (kAll + 1));
    experiences.push_back({person(random() % 300), random(), 1 + random() % 1'000, share,
                           kAll - share, random() % (2'000 * kDay)});
  }
  const auto first = score(experiences);
  EXPECT_LE(first.points, kScoreMax);
  for (int i = 0; i < 3; ++i) {
    std::ranges::shuffle(experiences, random);
    const auto again = score(experiences);
    EXPECT_EQ(again.points, first.points);
    EXPECT_EQ(again.good_q32, first.good_q32);
    EXPECT_EQ(again.bad_q32, first.bad_q32);
    EXPECT_EQ(again.counterparties_milli, first.counterparties_milli);
  }
}

}  // namespace
}  // namespace tally::views
