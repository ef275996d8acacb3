#include "storage/lmdb_transaction.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace tally::storage {
namespace {

MDB_val to_val(ByteView bytes) { return {bytes.size(), const_cast<std::uint8_t*>(bytes.data())}; }

ByteView to_view(const MDB_val& val) {
  return {static_cast<const std::uint8_t*>(val.mv_data), val.mv_size};
}

bool is_key(ByteView key) { return !key.empty() && key.size() <= kKeyBytesMax; }

bool is_less(ByteView a, ByteView b) { return std::ranges::lexicographical_compare(a, b); }

class LmdbCursor final : public Cursor {
 public:
  /// `open` counts the transaction's cursors.
  LmdbCursor(MDB_cursor* cursor, Range range, Direction direction, int& open)
      : cursor_(cursor),
        first_(range.first.begin(), range.first.end()),
        end_(range.end.begin(), range.end.end()),
        direction_(direction),
        open_(open) {
    ++open_;
  }
  ~LmdbCursor() override {
    mdb_cursor_close(cursor_);
    --open_;
  }

  std::expected<std::optional<Entry>, Error> next() override {
    if (done_) return std::nullopt;
    const int rc = step();
    if (rc != 0) {
      done_ = true;
      if (rc == MDB_NOTFOUND) return std::nullopt;
      return std::unexpected(from_lmdb(rc));
    }
    const auto key = to_view(key_);
    const bool outside = direction_ == Direction::forward ? !end_.empty() && !is_less(key, end_)
                                                          : is_less(key, first_);
    if (outside) {
      done_ = true;
      return std::nullopt;
    }
    return Entry{key, to_view(value_)};
  }

 private:
  int get(MDB_cursor_op op) { return mdb_cursor_get(cursor_, &key_, &value_, op); }

  int seek(const Bytes& key) {
    key_ = to_val(key);
    return get(MDB_SET_RANGE);
  }

  int step() {
    if (started_) return get(direction_ == Direction::forward ? MDB_NEXT : MDB_PREV);
    started_ = true;
    if (direction_ == Direction::forward) return first_.empty() ? get(MDB_FIRST) : seek(first_);
    if (end_.empty()) return get(MDB_LAST);
    const int rc = seek(end_);
    if (rc == 0) return get(MDB_PREV);
    return rc == MDB_NOTFOUND ? get(MDB_LAST) : rc;
  }

  MDB_cursor* cursor_;
  const Bytes first_;
  const Bytes end_;
  const Direction direction_;
  int& open_;
  MDB_val key_{};
  MDB_val value_{};
  bool started_ = false;
  bool done_ = false;
};

}  // namespace

MDB_dbi LmdbView::handle(Table table) const {
  CHECK(txn_ != nullptr);
  CHECK(table.index < tables_.size());
  return tables_[table.index];
}

void LmdbView::expect_no_cursor() const { CHECK(cursors_ == 0); }

MDB_txn* LmdbView::take() {
  expect_no_cursor();
  return std::exchange(txn_, nullptr);
}

std::expected<ByteView, Error> LmdbView::get(Table table, ByteView key) const {
  const auto dbi = handle(table);
  if (!is_key(key)) return std::unexpected(Error::invalid);
  MDB_val key_val = to_val(key);
  MDB_val value;
  if (const int rc = mdb_get(txn_, dbi, &key_val, &value); rc != 0) {
    return std::unexpected(from_lmdb(rc));
  }
  return to_view(value);
}

std::expected<std::unique_ptr<Cursor>, Error> LmdbView::scan(Table table, Range range,
                                                             Direction direction) const {
  MDB_cursor* cursor = nullptr;
  if (const int rc = mdb_cursor_open(txn_, handle(table), &cursor); rc != 0) {
    return std::unexpected(from_lmdb(rc));
  }
  return std::make_unique<LmdbCursor>(cursor, range, direction, cursors_);
}

std::expected<std::uint64_t, Error> LmdbView::count(Table table) const {
  MDB_stat stat;
  if (const int rc = mdb_stat(txn_, handle(table), &stat); rc != 0) {
    return std::unexpected(from_lmdb(rc));
  }
  return stat.ms_entries;
}

LmdbReadTransaction::LmdbReadTransaction(LmdbEnvironment& environment, MDB_txn* txn,
                                         std::uint64_t entered_ms)
    : environment_(environment), view_(txn, environment.tables()), entered_ms_(entered_ms) {}

LmdbReadTransaction::~LmdbReadTransaction() {
  mdb_txn_abort(view_.take());
  environment_.gate().leave_reader(entered_ms_);
}

std::expected<ByteView, Error> LmdbReadTransaction::get(Table table, ByteView key) const {
  return view_.get(table, key);
}

std::expected<std::unique_ptr<Cursor>, Error> LmdbReadTransaction::scan(Table table, Range range,
                                                                        Direction direction) const {
  return view_.scan(table, range, direction);
}

std::expected<std::uint64_t, Error> LmdbReadTransaction::count(Table table) const {
  return view_.count(table);
}

std::uint64_t LmdbReadTransaction::age_ms() const {
  return environment_.gate().now_ms() - entered_ms_;
}

LmdbWriteTransaction::LmdbWriteTransaction(LmdbEnvironment& environment, MDB_txn* txn)
    : environment_(environment),
      view_(txn, environment.tables()),
      entered_ms_(environment.gate().now_ms()),
      thread_(std::this_thread::get_id()) {}

LmdbWriteTransaction::~LmdbWriteTransaction() {
  if (view_.txn() == nullptr) return;
  CHECK(thread_ == std::this_thread::get_id());
  mdb_txn_abort(view_.take());
  environment_.gate().leave_writer();
}

std::expected<ByteView, Error> LmdbWriteTransaction::get(Table table, ByteView key) const {
  if (failed_) return std::unexpected(*failed_);
  return view_.get(table, key);
}

std::expected<std::unique_ptr<Cursor>, Error> LmdbWriteTransaction::scan(
    Table table, Range range, Direction direction) const {
  if (failed_) return std::unexpected(*failed_);
  return view_.scan(table, range, direction);
}

std::expected<std::uint64_t, Error> LmdbWriteTransaction::count(Table table) const {
  if (failed_) return std::unexpected(*failed_);
  return view_.count(table);
}

std::uint64_t LmdbWriteTransaction::age_ms() const {
  return environment_.gate().now_ms() - entered_ms_;
}

std::expected<MDB_dbi, Error> LmdbWriteTransaction::prepare(Table table) {
  const auto dbi = view_.handle(table);
  view_.expect_no_cursor();
  if (failed_) return std::unexpected(*failed_);
  return dbi;
}

std::unexpected<Error> LmdbWriteTransaction::fail(Error error) {
  if (error != Error::not_found && error != Error::out_of_order) failed_ = error;
  return std::unexpected(error);
}

std::expected<void, Error> LmdbWriteTransaction::insert(Table table, ByteView key, ByteView value,
                                                        unsigned flags) {
  const auto dbi = prepare(table);
  if (!dbi) return std::unexpected(dbi.error());
  if (!is_key(key) || value.size() > kValueBytesMax) return std::unexpected(Error::invalid);
  MDB_val key_val = to_val(key);
  MDB_val value_val = to_val(value);
  if (const int rc = mdb_put(view_.txn(), *dbi, &key_val, &value_val, flags); rc != 0) {
    return fail(from_lmdb(rc));
  }
  return {};
}

std::expected<void, Error> LmdbWriteTransaction::put(Table table, ByteView key, ByteView value) {
  return insert(table, key, value, 0);
}

std::expected<void, Error> LmdbWriteTransaction::append(Table table, ByteView key, ByteView value) {
  return insert(table, key, value, MDB_APPEND);
}

std::expected<void, Error> LmdbWriteTransaction::erase(Table table, ByteView key) {
  const auto dbi = prepare(table);
  if (!dbi) return std::unexpected(dbi.error());
  if (!is_key(key)) return std::unexpected(Error::invalid);
  MDB_val key_val = to_val(key);
  if (const int rc = mdb_del(view_.txn(), *dbi, &key_val, nullptr); rc != 0) {
    return fail(from_lmdb(rc));
  }
  return {};
}

std::expected<void, Error> LmdbWriteTransaction::clear(Table table) {
  const auto dbi = prepare(table);
  if (!dbi) return std::unexpected(dbi.error());
  constexpr int kKeepTable = 0;
  if (const int rc = mdb_drop(view_.txn(), *dbi, kKeepTable); rc != 0) return fail(from_lmdb(rc));
  return {};
}

std::expected<void, Error> LmdbWriteTransaction::commit() {
  CHECK(view_.txn() != nullptr);
  CHECK(thread_ == std::this_thread::get_id());
  std::expected<void, Error> result;
  if (failed_) {
    mdb_txn_abort(view_.take());
    result = std::unexpected(*failed_);
  } else if (const int rc = mdb_txn_commit(view_.take()); rc != 0) {
    result = std::unexpected(environment_.judge_failed_commit(rc));
  }
  environment_.gate().leave_writer();
  return result;
}

}  // namespace tally::storage
