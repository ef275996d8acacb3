#include "storage/lmdb_cursor.hpp"

#include <algorithm>

namespace tally::storage {
namespace {

constexpr std::string_view kGap = "entries are missing beside it";

bool is_less(ByteView a, ByteView b) { return std::ranges::lexicographical_compare(a, b); }

}  // namespace

LmdbCursor::LmdbCursor(const LmdbView& view, Table table, MDB_cursor* cursor, Range range,
                       Direction direction, int& open)
    : view_(view),
      table_(table),
      cursor_(cursor),
      first_(range.first.begin(), range.first.end()),
      end_(range.end.begin(), range.end.end()),
      direction_(direction),
      open_(open) {
  ++open_;
}

LmdbCursor::~LmdbCursor() {
  mdb_cursor_close(cursor_);
  --open_;
}

std::expected<std::optional<Entry>, Error> LmdbCursor::next() {
  if (done_) return std::nullopt;
  const auto found = direction_ == Direction::forward ? forward() : backward();
  started_ = true;
  if (!found || !*found) {
    done_ = true;
    if (!found) return std::unexpected(found.error());
    return std::nullopt;
  }
  const auto key = (*found)->key;
  const bool outside = direction_ == Direction::forward ? !end_.empty() && !is_less(key, end_)
                                                        : is_less(key, first_);
  if (outside) {
    done_ = true;
    return std::nullopt;
  }
  return Entry{key, (*found)->record.payload};
}

LmdbCursor::Step LmdbCursor::forward() {
  auto found = started_ ? view_.read(table_, cursor_, MDB_NEXT) : forward_first();
  if (!found) return found;
  if (*found) {
    if (started_ && (*found)->record.link != link_)
      return view_.damaged(table_, (*found)->key, kGap);
    link_ = link_of((*found)->key);
    return found;
  }
  // At the end of the table; forward_first() has looked at it already.
  if (!started_) return found;
  const auto last = view_.last_link(table_);
  if (!last) return std::unexpected(last.error());
  if (*last != link_) return view_.damaged(table_, {}, "its end is missing");
  return found;
}

LmdbCursor::Step LmdbCursor::forward_first() {
  auto found = first_.empty() ? view_.read(table_, cursor_, MDB_FIRST)
                              : view_.read(table_, cursor_, MDB_SET_RANGE, first_);
  if (!found) return found;
  std::uint32_t link = 0;
  if (*found) {
    if (is_less((*found)->key, first_)) return view_.damaged(table_, first_, kGap);
    link = (*found)->record.link;
  } else {
    const auto last = view_.last_link(table_);
    if (!last) return std::unexpected(last.error());
    link = *last;
  }
  if (*found && first_.empty()) {
    if (link != 0) return view_.damaged(table_, (*found)->key, "its beginning is missing");
    return found;
  }
  const auto before = view_.read(table_, cursor_, *found ? MDB_PREV : MDB_LAST);
  if (!before) return before;
  const auto expected = *before ? link_of((*before)->key) : 0;
  if (expected != link || (*before && !is_less((*before)->key, first_))) {
    return view_.damaged(table_, first_, kGap);
  }
  if (!*found) return found;
  return view_.read(table_, cursor_, *before ? MDB_NEXT : MDB_GET_CURRENT);
}

LmdbCursor::Step LmdbCursor::linked(Step entry, std::uint32_t link) {
  if (!entry) return entry;
  if ((*entry ? link_of((*entry)->key) : 0) != link) {
    return view_.damaged(table_, *entry ? (*entry)->key : ByteView(end_), kGap);
  }
  if (*entry) link_ = (*entry)->record.link;
  return entry;
}

LmdbCursor::Step LmdbCursor::backward() {
  if (!started_) return backward_first();
  return linked(view_.read(table_, cursor_, MDB_PREV), link_);
}

LmdbCursor::Step LmdbCursor::backward_first() {
  std::optional<std::uint32_t> link;
  if (!end_.empty()) {
    const auto after = view_.read(table_, cursor_, MDB_SET_RANGE, end_);
    if (!after) return after;
    if (*after) {
      if (is_less((*after)->key, end_)) return view_.damaged(table_, end_, kGap);
      link = (*after)->record.link;
    }
  }
  const auto op = link ? MDB_PREV : MDB_LAST;
  if (!link) {
    const auto last = view_.last_link(table_);
    if (!last) return std::unexpected(last.error());
    link = *last;
  }
  auto found = linked(view_.read(table_, cursor_, op), *link);
  if (found && *found && !end_.empty() && !is_less((*found)->key, end_)) {
    return view_.damaged(table_, end_, kGap);
  }
  return found;
}

}  // namespace tally::storage
