#include "storage/lmdb_transaction.hpp"

#include "base/check.hpp"

namespace tally::storage {

LmdbReadTransaction::LmdbReadTransaction(LmdbEnvironment& environment, MDB_txn* txn,
                                         std::uint64_t entered_ms)
    : environment_(environment), view_(environment, txn, false), entered_ms_(entered_ms) {}

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
      view_(environment, txn, true),
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

std::expected<void, Error> LmdbWriteTransaction::prepare(Table table) {
  view_.expect_table(table);
  view_.expect_no_cursor();
  if (failed_) return std::unexpected(*failed_);
  return {};
}

std::expected<void, Error> LmdbWriteTransaction::remember(std::expected<void, Error> done) {
  if (!done && done.error() != Error::invalid && done.error() != Error::not_found &&
      done.error() != Error::out_of_order) {
    failed_ = done.error();
  }
  return done;
}

std::expected<void, Error> LmdbWriteTransaction::put(Table table, ByteView key, ByteView value) {
  if (const auto ready = prepare(table); !ready) return ready;
  return remember(view_.put(table, key, value));
}

std::expected<void, Error> LmdbWriteTransaction::append(Table table, ByteView key, ByteView value) {
  if (const auto ready = prepare(table); !ready) return ready;
  return remember(view_.append(table, key, value));
}

std::expected<void, Error> LmdbWriteTransaction::erase(Table table, ByteView key) {
  if (const auto ready = prepare(table); !ready) return ready;
  return remember(view_.erase(table, key));
}

std::expected<void, Error> LmdbWriteTransaction::erase_run(Table table,
                                                           std::span<const Bytes> keys) {
  if (const auto ready = prepare(table); !ready) return ready;
  return remember(view_.erase_run(table, keys));
}

std::expected<void, Error> LmdbWriteTransaction::clear(Table table) {
  if (const auto ready = prepare(table); !ready) return ready;
  return remember(view_.clear(table));
}

std::expected<void, Error> LmdbWriteTransaction::commit() {
  CHECK(view_.txn() != nullptr);
  CHECK(thread_ == std::this_thread::get_id());
  std::expected<void, Error> result;
  const MapGuard::Inside inside(environment_.guard());
  view_.expect_no_cursor();
  if (!failed_) (void)remember(view_.write_anchors());
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
