// Transactions and cursors over LMDB. Private to this folder.
#pragma once

#include <lmdb.h>

#include <memory>
#include <optional>
#include <span>
#include <thread>

#include "storage/lmdb_environment.hpp"
#include "storage/store.hpp"

namespace tally::storage {

/// What reading and writing transactions have in common: the LMDB transaction, its tables and a
/// count of what a cursor of it must not outlive.
class LmdbView {
 public:
  LmdbView(MDB_txn* txn, std::span<const MDB_dbi> tables) : txn_(txn), tables_(tables) {}

  [[nodiscard]] std::expected<ByteView, Error> get(Table table, ByteView key) const;
  [[nodiscard]] std::expected<std::unique_ptr<Cursor>, Error> scan(Table table, Range range,
                                                                   Direction direction) const;
  [[nodiscard]] std::expected<std::uint64_t, Error> count(Table table) const;

  /// The handle of `table`; CHECKs the index, and that the transaction has not ended.
  [[nodiscard]] MDB_dbi handle(Table table) const;
  /// Called before a write and before the end: no cursor may be open (CHECKed).
  void expect_no_cursor() const;
  /// Gives the LMDB transaction away, to be ended.
  [[nodiscard]] MDB_txn* take();
  [[nodiscard]] MDB_txn* txn() const { return txn_; }

 private:
  MDB_txn* txn_;
  std::span<const MDB_dbi> tables_;
  mutable int cursors_ = 0;
};

class LmdbReadTransaction final : public ReadTransaction {
 public:
  /// Has entered the gate at `entered_ms`, and leaves it at the end.
  LmdbReadTransaction(LmdbEnvironment& environment, MDB_txn* txn, std::uint64_t entered_ms);
  ~LmdbReadTransaction() override;

  std::expected<ByteView, Error> get(Table table, ByteView key) const override;
  std::expected<std::unique_ptr<Cursor>, Error> scan(Table table, Range range,
                                                     Direction direction) const override;
  std::expected<std::uint64_t, Error> count(Table table) const override;
  std::uint64_t age_ms() const override;

 private:
  LmdbEnvironment& environment_;
  LmdbView view_;
  const std::uint64_t entered_ms_;
};

class LmdbWriteTransaction final : public WriteTransaction {
 public:
  /// Has entered the gate as the writer, and leaves it at the end.
  LmdbWriteTransaction(LmdbEnvironment& environment, MDB_txn* txn);
  ~LmdbWriteTransaction() override;

  std::expected<ByteView, Error> get(Table table, ByteView key) const override;
  std::expected<std::unique_ptr<Cursor>, Error> scan(Table table, Range range,
                                                     Direction direction) const override;
  std::expected<std::uint64_t, Error> count(Table table) const override;
  std::uint64_t age_ms() const override;

  std::expected<void, Error> put(Table table, ByteView key, ByteView value) override;
  std::expected<void, Error> append(Table table, ByteView key, ByteView value) override;
  std::expected<void, Error> erase(Table table, ByteView key) override;
  std::expected<void, Error> clear(Table table) override;
  std::expected<void, Error> commit() override;

 private:
  [[nodiscard]] std::expected<void, Error> insert(Table table, ByteView key, ByteView value,
                                                  unsigned flags);
  /// Ready for a write: the handle, or the error that an earlier write has left.
  [[nodiscard]] std::expected<MDB_dbi, Error> prepare(Table table);
  /// Remembers an error after which the transaction can only be ended.
  [[nodiscard]] std::unexpected<Error> fail(Error error);

  LmdbEnvironment& environment_;
  LmdbView view_;
  const std::uint64_t entered_ms_;
  const std::thread::id thread_;
  std::optional<Error> failed_;
};

}  // namespace tally::storage
