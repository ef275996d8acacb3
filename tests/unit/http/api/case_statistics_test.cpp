#include "http/api/case_statistics.hpp"

#include <gtest/gtest.h>

namespace tally::http {
namespace {

constexpr Hash32 kBags{1};
constexpr Hash32 kShoes{2};
constexpr Hash32 kShop{3};
constexpr Hash32 kMarket{4};

std::optional<std::string> word(const Hash32& hash) {
  if (hash == kBags) return "bags";
  if (hash == kShop) return "shop";
  if (hash == kMarket) return "market";
  return std::nullopt;
}

views::CaseCount count(std::uint32_t week, const Hash32& category, const Hash32& source,
                       std::uint64_t genuine, std::uint64_t fake) {
  return {week, category, source, genuine, fake, 0};
}

TEST(CaseStatistics, AddUpByCategoryAndBySource) {
  const auto all = summarise({count(2'975, kBags, kShop, 7, 1), count(2'975, kBags, kMarket, 2, 4),
                              count(2'976, kBags, kMarket, 0, 10)},
                             word);
  ASSERT_EQ(all.categories.size(), 2u);
  EXPECT_EQ(all.categories[0], (StatisticsRow{2'975, "bags", 9, 5, 0}));
  EXPECT_EQ(all.categories[0].fake_bps(), 3'571u);
  EXPECT_EQ(all.categories[1], (StatisticsRow{2'976, "bags", 0, 10, 0}));
  ASSERT_EQ(all.sources.size(), 1u) << "eight of the shop and six of the market are too few";
  EXPECT_EQ(all.sources[0], (StatisticsRow{2'976, "market", 0, 10, 0}));
}

TEST(CaseStatistics, NothingSmallIsToldNorLeftBySubtraction) {
  const auto all = summarise({count(5, kBags, kShop, 10, 0), count(5, kShoes, kShop, 8, 1)}, word);
  ASSERT_EQ(all.categories.size(), 1u);
  ASSERT_EQ(all.weeks.size(), 1u);
  EXPECT_EQ(all.weeks[0].all(), 10u) << "the week without the nine that are not told";
  EXPECT_TRUE(summarise({count(5, kBags, kShop, 9, 0)}, word).weeks.empty());
}

TEST(CaseStatistics, AHashStandsForAnUnknownWord) {
  const auto all = summarise({count(5, kShoes, kShop, 10, 0)}, word);
  EXPECT_EQ(all.categories[0].name, to_hex(kShoes));
}

TEST(CaseStatistics, WeeksBeginOnMondays) {
  EXPECT_EQ(week_text(views::week_of(1'799'020'800'000)), "2027-01-04");  // Monday, 00:00 UTC
  EXPECT_EQ(week_text(views::week_of(1'799'020'799'999)), "2026-12-28");
  EXPECT_EQ(views::week_of(0), 0u);
}

TEST(CaseStatistics, AreATableAndAPicture) {
  const auto all =
      summarise({count(2'975, kBags, kMarket, 9, 3), count(2'976, kBags, kShop, 5, 5)}, word);
  EXPECT_EQ(statistics_csv(all),
            "table,week,name,cases,genuine,fake,inconclusive,fake_bps\r\n" + std::string("week,") +
                week_text(2'975) + ",,12,9,3,0,2500\r\nweek," + week_text(2'976) +
                ",,10,5,5,0,5000\r\ncategory," + week_text(2'975) +
                ",bags,12,9,3,0,2500\r\ncategory," + week_text(2'976) +
                ",bags,10,5,5,0,5000\r\nsource," + week_text(2'975) +
                ",market,12,9,3,0,2500\r\nsource," + week_text(2'976) + ",shop,10,5,5,0,5000\r\n");
  const auto picture = statistics_svg(all);
  EXPECT_TRUE(picture.starts_with("<svg "));
  EXPECT_NE(picture.find("<title id=\"t\">"), std::string::npos);
  EXPECT_NE(picture.find("bags: 22 cases."), std::string::npos);
  EXPECT_NE(picture.find("M52.0 201.0L612.0 146.0"), std::string::npos) << picture;
  EXPECT_NE(statistics_svg({}).find("No category"), std::string::npos);
}

}  // namespace
}  // namespace tally::http
