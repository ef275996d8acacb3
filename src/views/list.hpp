// How every list query walks its rows in pages. Private to this folder.
#pragma once

#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "views/page.hpp"
#include "views/reader.hpp"
#include "views/views.hpp"

namespace tally::views {

/// Both ends included.
struct HeightRange {
  std::uint64_t from = 0;
  std::uint64_t to = UINT64_MAX;
};

/// The rows of a list: those of `table` whose keys begin with `prefix`.
struct ListKeys {
  storage::Table table;
  Bytes prefix{};
  /// Where the next 8 bytes of a key are the height it was made at: which heights. The list then
  /// ends at the pinned height by itself; of any other list the visitor leaves out what is younger.
  std::optional<HeightRange> heights{};
  Bytes filter{};  ///< What else tells this list from others: a cursor is good for one alone.
};

/// Where a page begins.
struct PageStart {
  std::uint64_t height = 0;  ///< What it is pinned to.
  Bytes first;               ///< The first key.
  Bytes end;                 ///< Not included; empty: none.
};

/// Errors: bad_parameter (page.hpp), also for a cursor of a height that the snapshot has not
/// reached.
contracts::Result<PageStart> start_page(const Snapshot& snapshot, const ListKeys& keys,
                                        const PageRequest& request);
/// The cursor for the page behind `last_key`.
std::string page_cursor(const ListKeys& keys, std::uint64_t height, ByteView last_key);

/// Calls visit(reader, entry, pinned height) for each row, which gives an optional T: nothing
/// leaves the row out. What `visit` reads it reads with the reader.
template <typename T, typename Visit>
Answer<Page<T>> list_rows(const Snapshot& snapshot, const ListKeys& keys,
                          const PageRequest& request, Visit&& visit) {
  const auto start = start_page(snapshot, keys, request);
  if (!start) return std::unexpected(QueryError{start.error()});
  Reader reader(snapshot.tables());
  Page<T> page{.rows = {}, .next_cursor = {}, .height = start->height};
  std::size_t passed = 0;
  Bytes last;
  bool more = false;
  reader.scan(keys.table, {start->first, start->end}, storage::Direction::forward,
              [&](const storage::Entry& entry) {
                more = page.rows.size() == request.limit || passed == kPageScanMax;
                if (more) return false;
                ++passed;
                last.assign(entry.key.begin(), entry.key.end());
                std::optional<T> row = visit(reader, entry, start->height);
                if (row) page.rows.push_back(std::move(*row));
                return reader.ok();
              });
  if (reader.fault()) return std::unexpected(QueryError{*reader.fault()});
  if (more) page.next_cursor = page_cursor(keys, start->height, last);
  return page;
}

/// The last bytes of a key, as an identifier. `key` has at least 32 bytes, else a zero one.
template <typename IdType>
IdType last_id(ByteView key) {
  IdType id;
  if (key.size() >= 32) {
    const auto tail = key.last(32);
    std::copy(tail.begin(), tail.end(), id.bytes.begin());
  }
  return id;
}

}  // namespace tally::views
