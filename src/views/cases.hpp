// Cases: the lists of a party, and how many were judged, week by week.
//
// What a case is stands in its registry entry (registry.hpp); here is what cannot be read off one.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "contracts/authentication.hpp"
#include "views/page.hpp"
#include "views/registry.hpp"
#include "views/views.hpp"

namespace tally::views {

/// Closed cases of one category and source in one week, but for those that turned out to be blind
/// controls, and those that nobody could judge.
struct CaseCount {
  std::uint32_t week = 0;  ///< Whole weeks since Monday, 1969-12-29 (UTC).
  Hash32 category_hash{};
  Hash32 source_hash{};
  std::uint64_t genuine = 0;
  std::uint64_t fake = 0;
  std::uint64_t inconclusive = 0;
  [[nodiscard]] std::uint64_t all() const { return genuine + fake + inconclusive; }
  bool operator==(const CaseCount&) const = default;
};

/// The week that a time is in, and the time that a week begins.
[[nodiscard]] std::uint32_t week_of(std::uint64_t time_ms);
[[nodiscard]] std::uint64_t week_begin_ms(std::uint32_t week);

/// By week, category and source; from `first_week` on. Faults: storage.
ledger::Faulty<std::vector<CaseCount>> count_cases(const Snapshot& snapshot,
                                                   std::uint32_t first_week);

}  // namespace tally::views
