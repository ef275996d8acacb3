// What a block changes in the counts of cases.
//
//   counted    = state(1)                    under case(32): 1 counted, 2 counted no more
//   case_count = count(8)                    under week(4) category(32) source(32) verdict(1)
#include "views/cases.hpp"
#include "views/reader.hpp"
#include "views/row.hpp"
#include "views/tables.hpp"
#include "views/view.hpp"

namespace tally::views {
namespace {

using contracts::CaseEntry;
using contracts::CaseState;
using contracts::Verdict;

constexpr std::uint64_t kWeekMs = 7 * 24 * 3'600'000ull;
constexpr std::uint64_t kThursdayMs = 3 * 24 * 3'600'000ull;  // 1970-01-01 was one

constexpr std::uint8_t kCounted = 1;
constexpr std::uint8_t kNoMore = 2;

Row count_key(const CaseEntry& entry) {
  return Row()
      .u32(week_of(entry.closed_ms))
      .raw(entry.category_hash)
      .raw(entry.source_hash)
      .u8(static_cast<std::uint8_t>(*entry.verdict));
}

// A case is counted when it closes; one that turns out to be a control is taken out again.
void put(const contracts::RegistryWrite& write, const CaseEntry& entry, Writer& tables) {
  if (entry.state != CaseState::closed || !entry.verdict) return;
  const auto row = tables.get(kCountedCasesTable, write.key.id);
  const auto before = row ? RowReader(*row).u8() : std::uint8_t{0};
  const auto now = entry.control ? kNoMore : kCounted;
  if (before == now) return;
  if (now == kCounted) tables.add(kCaseCountsTable, count_key(entry), 1);
  if (now == kNoMore && before == kCounted) tables.add(kCaseCountsTable, count_key(entry), -1);
  tables.put(kCountedCasesTable, write.key.id, Row().u8(now));
}

class CasesView final : public View {
 public:
  [[nodiscard]] std::string_view name() const override { return "cases"; }
  [[nodiscard]] std::uint32_t format() const override { return 1; }
  [[nodiscard]] std::span<const storage::Table> tables() const override {
    static constexpr std::array kTables{kCountedCasesTable, kCaseCountsTable};
    return kTables;
  }

  void apply(const BlockFacts& block, Writer& tables) const override {
    for (const auto& settled : block.settled) {
      for (const auto& write : settled.writes) {
        if (const auto* entry = std::get_if<CaseEntry>(&write.entry)) put(write, *entry, tables);
      }
    }
  }
};

}  // namespace

std::unique_ptr<View> make_cases_view() { return std::make_unique<CasesView>(); }

std::uint32_t week_of(std::uint64_t time_ms) {
  return static_cast<std::uint32_t>((time_ms + kThursdayMs) / kWeekMs);
}

std::uint64_t week_begin_ms(std::uint32_t week) {
  return week == 0 ? 0 : week * kWeekMs - kThursdayMs;
}

ledger::Faulty<std::vector<CaseCount>> count_cases(const Snapshot& snapshot,
                                                   std::uint32_t first_week) {
  Reader reader(snapshot.tables());
  std::vector<CaseCount> counts;
  const auto first = Row().u32(first_week).bytes();
  reader.scan(kCaseCountsTable, {first, {}}, storage::Direction::forward,
              [&](const storage::Entry& entry) {
                RowReader key(entry.key);
                CaseCount row;
                row.week = key.u32();
                row.category_hash = key.hash();
                row.source_hash = key.hash();
                const auto verdict = static_cast<Verdict>(key.u8());
                const auto count = RowReader(entry.value).u64();
                if (!key.complete()) reader.corrupt(kCaseCountsTable);
                const bool same = !counts.empty() && counts.back().week == row.week &&
                                  counts.back().category_hash == row.category_hash &&
                                  counts.back().source_hash == row.source_hash;
                if (!same) counts.push_back(row);
                auto& of = counts.back();
                (verdict == Verdict::genuine ? of.genuine
                 : verdict == Verdict::fake  ? of.fake
                                             : of.inconclusive) += count;
                return reader.ok();
              });
  std::erase_if(counts, [](const auto& row) { return row.all() == 0; });
  return reader.finish(std::move(counts));
}

}  // namespace tally::views
