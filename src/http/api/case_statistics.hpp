// The weekly statistics of cases, as they may be told: no count below kCellMin, and nothing from
// which one could be subtracted out of others.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "views/cases.hpp"

namespace tally::http {

inline constexpr std::uint64_t kCellMin = 10;

/// All cases of a week under one heading.
struct StatisticsRow {
  std::uint32_t week = 0;
  std::string name;  ///< A category or a source; "" for the week as a whole.
  std::uint64_t genuine = 0;
  std::uint64_t fake = 0;
  std::uint64_t inconclusive = 0;
  [[nodiscard]] std::uint64_t all() const { return genuine + fake + inconclusive; }
  [[nodiscard]] std::uint64_t fake_bps() const { return fake * 10'000 / all(); }
  bool operator==(const StatisticsRow&) const = default;
};

struct Statistics {
  std::vector<StatisticsRow> weeks;       ///< The sum of the told categories.
  std::vector<StatisticsRow> categories;  ///< By week, then by name.
  std::vector<StatisticsRow> sources;
};

/// A week's date, as 2027-01-04 (its Monday).
[[nodiscard]] std::string week_text(std::uint32_t week);

/// `word` gives the text of a hash; without one the hash's digits stand for it. What is left out of
/// one table is not told by another: a week is the sum of what is told.
[[nodiscard]] Statistics summarise(
    const std::vector<views::CaseCount>& counts,
    const std::function<std::optional<std::string>(const Hash32&)>& word);

/// RFC 4180, with a header line.
[[nodiscard]] std::string statistics_csv(const Statistics& statistics);
/// The share of fakes by category over the weeks, as a picture of its own with a text for who
/// cannot see it.
[[nodiscard]] std::string statistics_svg(const Statistics& statistics);

}  // namespace tally::http
