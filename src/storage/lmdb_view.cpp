#include "storage/lmdb_view.hpp"

#include <algorithm>
#include <cstring>

#include "base/check.hpp"
#include "base/planted.hpp"
#include "storage/lmdb_cursor.hpp"
#include "storage/lmdb_environment.hpp"
#include "storage/lmdb_page.hpp"

namespace tally::storage {
namespace {

MDB_val to_val(ByteView bytes) { return {bytes.size(), const_cast<std::uint8_t*>(bytes.data())}; }

ByteView to_view(const MDB_val& val) {
  return {static_cast<const std::uint8_t*>(val.mv_data), val.mv_size};
}

bool is_key(ByteView key) { return !key.empty() && key.size() <= kKeyBytesMax; }

bool is_less(ByteView a, ByteView b) { return std::ranges::lexicographical_compare(a, b); }

template <typename T>
T at(const std::uint8_t* page, std::size_t offset) {
  T value;
  std::memcpy(&value, page + offset, sizeof value);
  return value;
}

constexpr std::uint16_t kLeafFlags = 0x02;
constexpr std::uint16_t kOverflowFlags = 0x04;

}  // namespace

LmdbView::LmdbView(LmdbEnvironment& environment, MDB_txn* txn, bool writing)
    : environment_(environment),
      txn_(txn),
      writing_(writing),
      tables_(environment.tables()),
      map_(environment.map_of(txn)) {}

void LmdbView::expect_table(Table table) const {
  CHECK(txn_ != nullptr);
  CHECK(table.index < tables_.size());
}

void LmdbView::expect_no_cursor() const { CHECK(cursors_ == 0); }

MDB_txn* LmdbView::take() {
  expect_no_cursor();
  close_probes();
  return std::exchange(txn_, nullptr);
}

void LmdbView::close_probes() const {
  for (auto* cursor : probes_) {
    if (cursor != nullptr) mdb_cursor_close(cursor);
  }
  probes_.clear();
}

std::expected<MDB_cursor*, Error> LmdbView::probe(Table table) const {
  expect_table(table);
  if (probes_.empty()) probes_.resize(tables_.size());
  auto& cursor = probes_[table.index];
  if (cursor == nullptr) {
    const MapGuard::Inside inside(environment_.guard());
    if (const int rc = mdb_cursor_open(txn_, tables_[table.index].dbi, &cursor); rc != 0) {
      return std::unexpected(from_lmdb(rc));
    }
  }
  return cursor;
}

std::uint64_t LmdbView::page_of(ByteView bytes) const {
  const auto offset =
      reinterpret_cast<std::uintptr_t>(bytes.data()) - reinterpret_cast<std::uintptr_t>(map_.start);
  return offset < map_.bytes ? offset / kPageBytes : 0;
}

std::unexpected<Error> LmdbView::damaged(Table table, ByteView key, std::string_view what) const {
  environment_.note_damage(tables_[table.index].name, key, page_of(key), what);
  return std::unexpected(Error::corrupt);
}

// Whether what LMDB points at lies where it can: in a leaf, and for a long value in pages of its
// own, both under their own numbers. Pages that this transaction has made are in the heap.
bool LmdbView::is_sound(ByteView key, ByteView value) const {
  const auto is_mapped = [&](ByteView bytes) {
    return bytes.data() >= map_.start && bytes.data() < map_.start + map_.bytes;
  };
  const auto page = [&](ByteView bytes) {
    return map_.start +
           static_cast<std::size_t>(bytes.data() - map_.start) / kPageBytes * kPageBytes;
  };
  if (key.size() > kKeyBytesMax || value.size() > kValueBytesMax + kSealBytes) return false;
  if (!is_mapped(key) || !is_mapped(value)) {
    if (!writing_) return false;
  }
  const std::uint8_t* leaf = nullptr;
  if (is_mapped(key)) {
    leaf = page(key);
    if (at<std::uint64_t>(leaf, 0) != page_of(key) || at<std::uint16_t>(leaf, 10) != kLeafFlags ||
        key.data() + key.size() > leaf + kPageBytes) {
      return false;
    }
  }
  if (!is_mapped(value)) return true;
  const auto* first = page(value);
  if (first == leaf)
    return value.size() <= kPageBytes && value.data() + value.size() <= leaf + kPageBytes;
  return at<std::uint64_t>(first, 0) == page_of(value) &&
         at<std::uint16_t>(first, 10) == kOverflowFlags && value.data() == first + 16 &&
         overflow_pages(value.size()) <= at<std::uint32_t>(first, 12) &&
         value.size() <= map_.bytes - static_cast<std::size_t>(value.data() - map_.start);
}

// LMDB copies a page before it changes it, and believes what it says of its own layout.
std::expected<void, Error> LmdbView::check_leaf(Table table, ByteView key) const {
  if (key.data() < map_.start || key.data() >= map_.start + map_.bytes) return {};
  const auto number = page_of(key);
  if (is_sound_leaf({map_.start + number * kPageBytes, kPageBytes}, number)) return {};
  return damaged(table, key, "the page is not what was written");
}

std::expected<std::optional<LmdbView::Found>, Error> LmdbView::read(Table table, MDB_cursor* cursor,
                                                                    MDB_cursor_op op,
                                                                    ByteView wanted) const {
  const MapGuard::Inside inside(environment_.guard());
  MDB_val key_val = to_val(wanted);
  MDB_val value_val{};
  const int rc = mdb_cursor_get(cursor, &key_val, &value_val, op);
  if (rc == MDB_NOTFOUND) return std::nullopt;
  if (rc != 0) {
    const auto error = from_lmdb(rc);
    if (error == Error::corrupt) return damaged(table, wanted, mdb_strerror(rc));
    return std::unexpected(error);
  }
  const auto key = to_view(key_val);
  const auto value = to_view(value_val);
  if (!is_sound(key, value)) return damaged(table, wanted, "a page is not what was written");
  const auto record = open_linked(tables_[table.index].seed, key, value);
  if (!record) return damaged(table, key, "the record is not what was written");
  return Found{key, *record};
}

std::expected<void, Error> LmdbView::load_anchors() const {
  if (!anchors_.empty()) return {};
  auto anchors = environment_.read_anchors(txn_, writing_);
  if (!anchors) return std::unexpected(anchors.error());
  anchors_ = std::move(*anchors);
  return {};
}

std::expected<std::uint32_t, Error> LmdbView::last_link(Table table) const {
  if (const auto loaded = load_anchors(); !loaded) return std::unexpected(loaded.error());
  return anchors_[table.index].last;
}

std::expected<LmdbView::Neighbours, Error> LmdbView::find(Table table, MDB_cursor* cursor,
                                                          ByteView key) const {
  Neighbours out;
  const auto after = read(table, cursor, MDB_SET_RANGE, key);
  if (!after) return std::unexpected(after.error());
  if (*after && std::ranges::equal((*after)->key, key)) {
    out.at = **after;
    return out;
  }
  if (!writing_ && PLANTED(miss_not_verified)) return out;
  std::optional<std::uint32_t> link;
  if (*after) {
    if (is_less((*after)->key, key)) return damaged(table, key, "keys are not in order");
    link = (*after)->record.link;
  } else {
    const auto last = last_link(table);
    if (!last) return std::unexpected(last.error());
    link = *last;
  }
  const auto before = read(table, cursor, *after ? MDB_PREV : MDB_LAST);
  if (!before) return std::unexpected(before.error());
  if (*before) {
    if (!is_less((*before)->key, key)) return damaged(table, key, "keys are not in order");
    out.link = link_of((*before)->key);
  }
  if (writing_) {
    // An insertion goes into the page of either.
    for (const auto* side : {&*after, &*before}) {
      if (!side->has_value()) continue;
      if (const auto sound = check_leaf(table, (*side)->key); !sound) {
        return std::unexpected(sound.error());
      }
    }
  }
  if (out.link != *link) {
    return damaged(table, key, "entries are missing beside it");
  }
  // A writer goes on from the key behind.
  if (writing_ && *after && *before) {
    if (const auto back = read(table, cursor, MDB_NEXT); !back || !*back) {
      return back ? damaged(table, key, "keys are not in order") : std::unexpected(back.error());
    }
  }
  out.has_after = after->has_value();
  return out;
}

std::expected<ByteView, Error> LmdbView::get(Table table, ByteView key) const {
  expect_table(table);
  if (!is_key(key)) return std::unexpected(Error::invalid);
  const auto cursor = probe(table);
  if (!cursor) return std::unexpected(cursor.error());
  const auto found = find(table, *cursor, key);
  if (!found) return std::unexpected(found.error());
  if (!found->at) return std::unexpected(Error::not_found);
  return found->at->record.payload;
}

std::expected<std::unique_ptr<Cursor>, Error> LmdbView::scan(Table table, Range range,
                                                             Direction direction) const {
  expect_table(table);
  const MapGuard::Inside inside(environment_.guard());
  MDB_cursor* cursor = nullptr;
  if (const int rc = mdb_cursor_open(txn_, tables_[table.index].dbi, &cursor); rc != 0) {
    return std::unexpected(from_lmdb(rc));
  }
  return std::make_unique<LmdbCursor>(*this, table, cursor, range, direction, cursors_);
}

std::expected<std::uint64_t, Error> LmdbView::count(Table table) const {
  expect_table(table);
  if (const auto loaded = load_anchors(); !loaded) return std::unexpected(loaded.error());
  const MapGuard::Inside inside(environment_.guard());
  MDB_stat stat;
  if (const int rc = mdb_stat(txn_, tables_[table.index].dbi, &stat); rc != 0) {
    return std::unexpected(from_lmdb(rc));
  }
  const auto count = anchors_[table.index].count;
  if (stat.ms_entries != count) return damaged(table, {}, "it has another number of entries");
  return count;
}

// Puts a record; `link` is what it has in place of a key before it. Returns its checksum.
std::expected<std::uint32_t, Error> LmdbView::insert(Table table, MDB_cursor* cursor, ByteView key,
                                                     ByteView value, std::uint32_t link,
                                                     unsigned flags) {
  const MapGuard::Inside inside(environment_.guard());
  scratch_.resize(kSealBytes + value.size());
  std::ranges::copy(value, scratch_.begin() + kSealBytes);
  const auto checksum = seal_in_place(tables_[table.index].seed, key, link, scratch_);
  MDB_val key_val = to_val(key);
  MDB_val value_val = to_val(scratch_);
  if (const int rc = mdb_cursor_put(cursor, &key_val, &value_val, flags); rc != 0) {
    return std::unexpected(from_lmdb(rc));
  }
  changed_ = true;
  return checksum;
}

// Gives the entry under the cursor another link.
std::expected<void, Error> LmdbView::relink(Table table, MDB_cursor* cursor, const Found& entry,
                                            std::uint32_t link) {
  if (const auto sound = check_leaf(table, entry.key); !sound) return sound;
  const Bytes key(entry.key.begin(), entry.key.end());  // the page moves
  const auto before = entry.record.checksum;
  const auto after = insert(table, cursor, key, entry.record.payload, link, MDB_CURRENT);
  if (!after) return std::unexpected(after.error());
  anchors_[table.index].sum += weight(*after) - weight(before);
  return {};
}

std::expected<void, Error> LmdbView::put(Table table, ByteView key, ByteView value) {
  if (!is_key(key) || value.size() > kValueBytesMax) return std::unexpected(Error::invalid);
  if (const auto loaded = load_anchors(); !loaded) return loaded;
  const auto cursor = probe(table);
  if (!cursor) return std::unexpected(cursor.error());
  const auto found = find(table, *cursor, key);
  if (!found) return std::unexpected(found.error());
  auto& anchor = anchors_[table.index];
  if (found->at) {
    if (const auto sound = check_leaf(table, found->at->key); !sound) return sound;
    const auto before = found->at->record.checksum;
    const auto after = insert(table, *cursor, key, value, found->at->record.link, MDB_CURRENT);
    if (!after) return std::unexpected(after.error());
    anchor.sum += weight(*after) - weight(before);
    return {};
  }
  if (found->has_after) {
    const auto after = read(table, *cursor, MDB_GET_CURRENT);
    if (!after) return std::unexpected(after.error());
    if (!*after) return damaged(table, key, "keys are not in order");
    if (const auto done = relink(table, *cursor, **after, link_of(key)); !done) return done;
  } else {
    anchor.last = link_of(key);
  }
  const auto checksum = insert(table, *cursor, key, value, found->link, MDB_NOOVERWRITE);
  if (!checksum) {
    return checksum.error() == Error::out_of_order ? damaged(table, key, "keys are not in order")
                                                   : std::unexpected(checksum.error());
  }
  anchor.sum += weight(*checksum);
  ++anchor.count;
  return {};
}

std::expected<void, Error> LmdbView::append(Table table, ByteView key, ByteView value) {
  if (!is_key(key) || value.size() > kValueBytesMax) return std::unexpected(Error::invalid);
  if (const auto loaded = load_anchors(); !loaded) return loaded;
  const auto cursor = probe(table);
  if (!cursor) return std::unexpected(cursor.error());
  auto& anchor = anchors_[table.index];
  if (tail_checked_.empty()) tail_checked_.resize(tables_.size());
  if (!tail_checked_[table.index]) {
    const auto last = read(table, *cursor, MDB_LAST);
    if (!last) return std::unexpected(last.error());
    if ((*last ? link_of((*last)->key) : 0) != anchor.last) {
      return damaged(table, key, "its end is missing");
    }
    if (*last) {
      if (const auto sound = check_leaf(table, (*last)->key); !sound) return sound;
    }
    tail_checked_[table.index] = true;
  }
  const auto checksum = insert(table, *cursor, key, value, anchor.last, MDB_APPEND);
  if (!checksum) return std::unexpected(checksum.error());
  anchor.sum += weight(*checksum);
  anchor.last = link_of(key);
  ++anchor.count;
  return {};
}

std::expected<void, Error> LmdbView::erase(Table table, ByteView key) {
  const Bytes only(key.begin(), key.end());
  return erase_run(table, {&only, 1});
}

std::expected<void, Error> LmdbView::erase_run(Table table, std::span<const Bytes> keys) {
  if (keys.empty()) return {};
  if (!std::ranges::all_of(keys, [](const Bytes& key) { return is_key(key); })) {
    return std::unexpected(Error::invalid);
  }
  if (const auto loaded = load_anchors(); !loaded) return loaded;
  const auto cursor = probe(table);
  if (!cursor) return std::unexpected(cursor.error());
  const auto found = find(table, *cursor, keys.front());
  if (!found) return std::unexpected(found.error());
  if (!found->at) return std::unexpected(Error::not_found);
  auto link = found->at->record.link;
  if (const auto done = bridge(table, *cursor, keys.back(), link); !done) return done;
  for (const auto& key : keys) {
    if (const auto done = remove(table, *cursor, key, link); !done) return done;
    link = link_of(key);
  }
  changed_ = true;
  tail_checked_.clear();
  if (anchors_[table.index].count == 0) {
    // A cursor that has seen its tree go takes the freed page for the last one (mdb_cursor_last).
    mdb_cursor_close(std::exchange(probes_[table.index], nullptr));
  }
  return {};
}

// Links what is behind `last`, which goes, to what stays before.
std::expected<void, Error> LmdbView::bridge(Table table, MDB_cursor* cursor, ByteView last,
                                            std::uint32_t link) {
  const auto there = read(table, cursor, MDB_SET_KEY, last);  // MDB_SET gives no key
  if (!there) return std::unexpected(there.error());
  if (!*there) return damaged(table, last, "keys are not in order");
  auto& anchor = anchors_[table.index];
  const auto after = read(table, cursor, MDB_NEXT);
  if (!after) return std::unexpected(after.error());
  if ((*after ? (*after)->record.link : anchor.last) != link_of(last)) {
    return damaged(table, last, "entries are missing behind it");
  }
  if (*after) return relink(table, cursor, **after, link);
  anchor.last = link;
  return {};
}

// Removes an entry that has `link`, whose neighbours have been seen to.
std::expected<void, Error> LmdbView::remove(Table table, MDB_cursor* cursor, ByteView key,
                                            std::uint32_t link) {
  const auto entry = read(table, cursor, MDB_SET_KEY, key);
  if (!entry) return std::unexpected(entry.error());
  if (!*entry) return damaged(table, key, "keys are not in order");
  if ((*entry)->record.link != link) return damaged(table, key, "entries are missing before it");
  if (const auto sound = check_leaf(table, (*entry)->key); !sound) return sound;
  const auto checksum = (*entry)->record.checksum;
  const MapGuard::Inside inside(environment_.guard());
  if (const int rc = mdb_cursor_del(cursor, 0); rc != 0) return std::unexpected(from_lmdb(rc));
  auto& anchor = anchors_[table.index];
  anchor.sum -= weight(checksum);
  --anchor.count;
  return {};
}

std::expected<void, Error> LmdbView::clear(Table table) {
  expect_table(table);
  if (const auto loaded = load_anchors(); !loaded) return loaded;
  close_probes();
  const MapGuard::Inside inside(environment_.guard());
  constexpr int kKeepTable = 0;
  if (const int rc = mdb_drop(txn_, tables_[table.index].dbi, kKeepTable); rc != 0) {
    return std::unexpected(from_lmdb(rc));
  }
  anchors_[table.index] = {};
  changed_ = true;
  return {};
}

std::expected<void, Error> LmdbView::write_anchors() {
  if (!changed_) return {};
  return environment_.write_anchors(txn_, anchors_);
}

}  // namespace tally::storage
