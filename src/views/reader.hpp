// Reading and writing the tables without asking after each step: the first fault is kept, what
// follows it does nothing, and who began asks once at the end. Private to this folder.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "ledger/fault.hpp"
#include "storage/scan.hpp"
#include "storage/store.hpp"

namespace tally::views {

/// One thread; lives shorter than the transaction.
class Reader {
 public:
  explicit Reader(const storage::ReadTransaction& tables) : tables_(tables) {}

  /// The value, or nothing: there is none, or there was a fault. In a writer valid until its next
  /// write.
  std::optional<ByteView> get(storage::Table table, ByteView key);
  /// How many rows the table has.
  std::uint64_t count(storage::Table table);
  /// The 8-byte number under `key`; 0 without one.
  std::uint64_t number(storage::Table table, ByteView key);
  /// Calls visit(storage::Entry) until it returns false or the range or a fault ends it.
  template <typename Visit>
  void scan(storage::Table table, storage::Range range, storage::Direction direction,
            Visit&& visit) {
    if (fault_) return;
    const auto done = storage::for_each(tables_, table, range, direction, visit);
    if (!done) set(done.error(), table);
  }
  template <typename Visit>
  void scan_prefix(storage::Table table, ByteView prefix, Visit&& visit) {
    const auto end = storage::prefix_end(prefix);
    scan(table, {prefix, end}, storage::Direction::forward, visit);
  }

  /// A row of the table is not what this program writes.
  void corrupt(storage::Table table);
  void set(ledger::Fault fault);
  [[nodiscard]] bool ok() const { return !fault_; }
  [[nodiscard]] const std::optional<ledger::Fault>& fault() const { return fault_; }
  /// The value, or the fault that was met on the way to it.
  template <typename T>
  ledger::Faulty<T> finish(T value) const {
    if (fault_) return std::unexpected(*fault_);
    return value;
  }

 protected:
  void set(storage::Error error, storage::Table table);

 private:
  const storage::ReadTransaction& tables_;
  std::optional<ledger::Fault> fault_;
};

/// Likewise with writes. The row that a write makes is never one that user input can make invalid.
class Writer : public Reader {
 public:
  explicit Writer(storage::WriteTransaction& tables) : Reader(tables), tables_(tables) {}

  void put(storage::Table table, ByteView key, ByteView value);
  /// The key comes after the table's last.
  void append(storage::Table table, ByteView key, ByteView value);
  /// There is such a row.
  void erase(storage::Table table, ByteView key);
  void clear(storage::Table table);
  /// Adds to the 8-byte number under `key`, which begins at 0.
  void add(storage::Table table, ByteView key, std::int64_t change);

 private:
  storage::WriteTransaction& tables_;
};

}  // namespace tally::views
