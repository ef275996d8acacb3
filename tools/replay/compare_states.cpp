#include "replay/compare_states.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>

#include "ledger/once.hpp"
#include "ledger/spent_bitmap.hpp"
#include "ledger/state_tables.hpp"
#include "storage/scan.hpp"
#include "storage/sealed_record.hpp"

namespace tally::replay {
namespace {

using storage::Entry;
using storage::ReadTransaction;
using Compared = std::expected<std::uint64_t, std::string>;

std::unexpected<std::string> damaged(storage::Error error) {
  return std::unexpected(fmt::format("comparing states: {}", storage::name(error)));
}
std::unexpected<std::string> differs(std::string_view table, ByteView key) {
  return std::unexpected(
      fmt::format("the state differs from the journal in {} {}: rebuild it with "
                  "tally-replay --rebuild-state",
                  table, to_hex(key)));
}

bool same(ByteView a, ByteView b) { return std::ranges::equal(a, b); }

using Pages = std::map<std::uint64_t, Bytes>;

// The pages that have a spent number, by index. One that has none may stand in the table or not.
std::expected<Pages, storage::Error> read_pages(const ReadTransaction& state) {
  Pages pages;
  const auto done = storage::for_each(
      state, ledger::kBitmapTable, {}, storage::Direction::forward, [&](const Entry& entry) {
        const auto page = storage::open_record(entry.value);
        if (entry.key.size() == 8 && page && std::ranges::any_of(*page, [](auto b) { return b; })) {
          pages[read_be<std::uint64_t>(entry.key)] = Bytes(page->begin(), page->end());
        }
        return true;
      });
  if (!done) return std::unexpected(done.error());
  return pages;
}

bool is_spent(const Pages& pages, std::uint64_t number) {
  const auto page = pages.find(number / ledger::SpentBitmap::kPageBits);
  if (page == pages.end()) return false;
  const auto bit = number % ledger::SpentBitmap::kPageBits;
  return (page->second[bit / 8] >> (bit % 8) & 1) != 0;
}

// Every entry of `again` that counts stands in `state` too, byte for byte.
template <typename Counts>
Compared compare_entries(const ReadTransaction& state, const ReadTransaction& again,
                         storage::Table table, std::string_view name, Counts&& counts) {
  std::uint64_t compared = 0;
  Bytes wrong;
  bool equal = true;
  const auto done =
      storage::for_each(again, table, {}, storage::Direction::forward, [&](const Entry& entry) {
        if (!counts(entry)) return true;
        const auto there = state.get(table, entry.key);
        equal = there && same(*there, entry.value);
        if (!equal) wrong.assign(entry.key.begin(), entry.key.end());
        ++compared;
        return equal;
      });
  if (!done) return damaged(done.error());
  if (!equal) return differs(name, wrong);
  return compared;
}

Compared compare(const ReadTransaction& state, const ReadTransaction& again) {
  const auto pages = read_pages(again);
  const auto theirs = read_pages(state);
  if (!pages || !theirs) return damaged(pages ? theirs.error() : pages.error());
  if (*pages != *theirs) return std::unexpected(std::string("the spent bitmaps differ"));
  const auto all = [](const Entry&) { return true; };
  const auto live = [&](const Entry& entry) {
    return !is_spent(*pages, read_be<std::uint64_t>(entry.key));
  };
  std::uint64_t sum = 0;
  for (const auto& part :
       {compare_entries(state, again, ledger::kRegistryTable, "registry", all),
        compare_entries(again, state, ledger::kRegistryTable, "registry", all),
        compare_entries(state, again, ledger::kOutputsTable, "output", live),
        compare_entries(state, again, ledger::kOnceTable, "once-only record", all)}) {
    if (!part) return part;
    sum += *part;
  }
  return sum;
}

std::expected<void, storage::Error> drop_old(storage::Store& store, std::uint64_t time_ms) {
  auto write = store.begin_write();
  if (!write) return std::unexpected(write.error());
  const auto dropped =
      ledger::drop_old_buckets(**write, time_ms, std::numeric_limits<std::size_t>::max());
  if (!dropped) return std::unexpected(dropped.error());
  return (*write)->commit();
}

}  // namespace

Compared compare_states(storage::Store& state, storage::Store& again, std::uint64_t time_ms) {
  if (const auto done = drop_old(again, time_ms); !done) return damaged(done.error());
  const auto left = state.begin_read();
  if (!left) return damaged(left.error());
  const auto right = again.begin_read();
  if (!right) return damaged(right.error());
  return compare(**left, **right);
}

}  // namespace tally::replay
