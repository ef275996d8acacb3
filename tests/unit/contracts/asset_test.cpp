#include "contracts/asset.hpp"

#include <gtest/gtest.h>

#include "contracts/limits.hpp"

namespace tally::contracts {
namespace {

TEST(FoldSymbol, MapsLookAlikesToOne) {
  const std::vector<std::vector<std::string_view>> alike{
      {"TALER", "taler", "TA1ER", "taIer", "talEr"},
      {"GOLD", "G0LD", "go1d", "GoId"},
      {"BOSS", "805S", "boss"},  // A digit may not come first: 805S is none.
      {"ZEUS", "zeu5", "ZEVS"},
      {"WAW", "vvavv", "uuAUU", "VUaUV"},
      {"MOM", "rnorn", "RN0RN"}};
  for (const auto& group : alike) {
    for (const auto symbol : group) {
      if (symbol[0] >= '0' && symbol[0] <= '9') {
        EXPECT_FALSE(fold_symbol(symbol)) << symbol;
      } else {
        EXPECT_EQ(fold_symbol(symbol), fold_symbol(group[0])) << symbol;
      }
    }
  }
}

TEST(FoldSymbol, IsFrozen) {
  EXPECT_EQ(fold_symbol("TALER"), "taier");
  EXPECT_EQ(fold_symbol("Mwv01258l"), "rnuuuoizsbi");
  EXPECT_EQ(fold_symbol("abcdefghijknopqr"), "abcdefghijknopqr");
}

TEST(FoldSymbol, FoldingAgainChangesNothing) {
  for (const auto* symbol : {"TALER", "Mwv01258l", "w0w", "EUR"}) {
    const auto once = fold_symbol(symbol);
    ASSERT_TRUE(once);
    EXPECT_EQ(fold_symbol(*once), once);
  }
}

TEST(FoldSymbol, TakesLettersAndDigitsOfTheRightLength) {
  for (const std::string_view symbol : {"ab", "A1", "abcdefghijklmnop"}) {
    EXPECT_TRUE(fold_symbol(symbol)) << symbol;
  }
  for (const std::string_view symbol : {"", "a", "abcdefghijklmnopq", "1a", "a b", "a-b", "a_b",
                                        "a\xc3\xa9", "\xd0\xb0\x62", "a.b", "ab\n"}) {
    EXPECT_FALSE(fold_symbol(symbol)) << symbol;
  }
  EXPECT_FALSE(fold_symbol(std::string_view("a\0", 2)));
}

TEST(IouStatus, GoesByTheDaysAfterMaturity) {
  IouTerms terms;
  terms.maturity_ms = 1'000 * kDayMs;
  terms.grace_ms = 10 * kDayMs;
  const auto late = terms.maturity_ms + terms.grace_ms;
  const std::vector<std::pair<std::uint64_t, IouStatus>> rows{
      {0, IouStatus::current},
      {terms.maturity_ms - 1, IouStatus::current},
      {terms.maturity_ms, IouStatus::due},
      {terms.maturity_ms + kDayMs - 1, IouStatus::due},
      {terms.maturity_ms + kDayMs, IouStatus::grace},
      {late - 1, IouStatus::grace},
      {late, IouStatus::late_30},
      {late + 31 * kDayMs - 1, IouStatus::late_30},
      {late + 31 * kDayMs, IouStatus::late_60},
      {late + 61 * kDayMs - 1, IouStatus::late_60},
      {late + 61 * kDayMs, IouStatus::late_90},
      {late + 91 * kDayMs - 1, IouStatus::late_90},
      {late + 91 * kDayMs, IouStatus::defaulted},
      {UINT64_MAX, IouStatus::defaulted}};
  for (const auto& [time_ms, status] : rows) {
    EXPECT_EQ(iou_status(terms, time_ms), status) << time_ms;
  }
}

TEST(IouStatus, WithoutGraceItIsLateAfterTheDay) {
  IouTerms terms;
  terms.maturity_ms = 1'000 * kDayMs;
  EXPECT_EQ(iou_status(terms, terms.maturity_ms + kDayMs - 1), IouStatus::due);
  EXPECT_EQ(iou_status(terms, terms.maturity_ms + kDayMs), IouStatus::late_30);
}

TEST(IouStatus, OnDemandIsAlwaysDue) {
  const IouTerms terms;
  EXPECT_EQ(iou_status(terms, 0), IouStatus::due);
  EXPECT_EQ(iou_status(terms, UINT64_MAX), IouStatus::due);
}

TEST(IouStatus, NoTermsOverflow) {
  IouTerms terms;
  terms.maturity_ms = UINT64_MAX;
  terms.grace_ms = UINT64_MAX;
  EXPECT_EQ(iou_status(terms, UINT64_MAX - 1), IouStatus::current);
  EXPECT_EQ(iou_status(terms, UINT64_MAX), IouStatus::due);
  terms.maturity_ms = 1;
  EXPECT_EQ(iou_status(terms, UINT64_MAX), IouStatus::grace);
}

}  // namespace
}  // namespace tally::contracts
