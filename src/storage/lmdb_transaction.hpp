// Transactions over LMDB. Private to this folder.
#pragma once

#include <lmdb.h>

#include <memory>
#include <optional>
#include <thread>

#include "storage/lmdb_environment.hpp"
#include "storage/lmdb_view.hpp"
#include "storage/store.hpp"

namespace tally::storage {

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
  std::expected<void, Error> erase_run(Table table, std::span<const Bytes> keys) override;
  std::expected<void, Error> clear(Table table) override;
  std::expected<void, Error> commit() override;

 private:
  /// Ready for a write, or the error that an earlier write has left.
  [[nodiscard]] std::expected<void, Error> prepare(Table table);
  /// Remembers an error after which the transaction can only be ended.
  [[nodiscard]] std::expected<void, Error> remember(std::expected<void, Error> done);

  LmdbEnvironment& environment_;
  LmdbView view_;
  const std::uint64_t entered_ms_;
  const std::thread::id thread_;
  std::optional<Error> failed_;
};

}  // namespace tally::storage
