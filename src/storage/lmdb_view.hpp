// The entries of one LMDB transaction, each sealed as linked_record.hpp says. Private to this
// folder.
//
//   … ─▶ before ─▶ key ─▶ after ─▶ …        after.link = link_of(key): put() and erase() keep it so
//
// A search that ends at `key` is checked by its record, one that finds nothing by the link between
// its neighbours, the ends of a table by its anchor. So no page needs to be trusted for what it
// says of others.
#pragma once

#include <lmdb.h>

#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "storage/linked_record.hpp"
#include "storage/store.hpp"

namespace tally::storage {

class LmdbEnvironment;

struct TableHandle {
  MDB_dbi dbi = 0;
  std::uint32_t seed = 0;
  std::string name;
};

/// Where the environment's file lies in memory.
struct Map {
  const std::uint8_t* start = nullptr;
  std::size_t bytes = 0;
};

class LmdbView {
 public:
  LmdbView(LmdbEnvironment& environment, MDB_txn* txn, bool writing);
  ~LmdbView() { close_probes(); }
  LmdbView(const LmdbView&) = delete;
  LmdbView& operator=(const LmdbView&) = delete;

  // As ReadTransaction and WriteTransaction.
  [[nodiscard]] std::expected<ByteView, Error> get(Table table, ByteView key) const;
  [[nodiscard]] std::expected<std::unique_ptr<Cursor>, Error> scan(Table table, Range range,
                                                                   Direction direction) const;
  [[nodiscard]] std::expected<std::uint64_t, Error> count(Table table) const;
  [[nodiscard]] std::expected<void, Error> put(Table table, ByteView key, ByteView value);
  [[nodiscard]] std::expected<void, Error> append(Table table, ByteView key, ByteView value);
  [[nodiscard]] std::expected<void, Error> erase(Table table, ByteView key);
  [[nodiscard]] std::expected<void, Error> erase_run(Table table, std::span<const Bytes> keys);
  [[nodiscard]] std::expected<void, Error> clear(Table table);

  /// Writes the anchors if anything was written. Before a commit.
  [[nodiscard]] std::expected<void, Error> write_anchors();
  /// CHECKs the index, and that the transaction has not ended.
  void expect_table(Table table) const;
  /// Called before a write and before the end: no cursor may be open (CHECKed).
  void expect_no_cursor() const;
  /// Gives the LMDB transaction away, to be ended.
  [[nodiscard]] MDB_txn* take();
  [[nodiscard]] MDB_txn* txn() const { return txn_; }

  // ---- For its cursors. ----

  struct Found {
    ByteView key;
    OpenedRecord record;
  };
  /// What the cursor is on after `op`, checked; nothing where LMDB finds nothing.
  [[nodiscard]] std::expected<std::optional<Found>, Error> read(Table table, MDB_cursor* cursor,
                                                                MDB_cursor_op op,
                                                                ByteView key = {}) const;
  /// link_of() the table's last key, 0 if it is empty.
  [[nodiscard]] std::expected<std::uint32_t, Error> last_link(Table table) const;
  /// Reports what is wrong near `key`.
  [[nodiscard]] std::unexpected<Error> damaged(Table table, ByteView key,
                                               std::string_view what) const;

 private:
  struct Neighbours {
    std::optional<Found> at;  // the entry itself; then the cursor is on it
    bool has_after = false;   // else: whether there is one behind it; the cursor is on it
    std::uint32_t link = 0;   // else: to the one before it, 0 if there is none
  };
  /// Looks for a key and, if it is not there, at what proves that.
  [[nodiscard]] std::expected<Neighbours, Error> find(Table table, MDB_cursor* cursor,
                                                      ByteView key) const;
  [[nodiscard]] std::expected<MDB_cursor*, Error> probe(Table table) const;
  void close_probes() const;
  [[nodiscard]] std::expected<void, Error> load_anchors() const;
  [[nodiscard]] bool is_sound(ByteView key, ByteView value) const;
  [[nodiscard]] std::expected<void, Error> check_leaf(Table table, ByteView key) const;
  [[nodiscard]] std::uint64_t page_of(ByteView bytes) const;
  [[nodiscard]] std::expected<void, Error> relink(Table table, MDB_cursor* cursor,
                                                  const Found& entry, std::uint32_t link);
  [[nodiscard]] std::expected<void, Error> bridge(Table table, MDB_cursor* cursor, ByteView last,
                                                  std::uint32_t link);
  [[nodiscard]] std::expected<void, Error> remove(Table table, MDB_cursor* cursor, ByteView key,
                                                  std::uint32_t link);
  [[nodiscard]] std::expected<std::uint32_t, Error> insert(Table table, MDB_cursor* cursor,
                                                           ByteView key, ByteView value,
                                                           std::uint32_t link, unsigned flags);

  LmdbEnvironment& environment_;
  MDB_txn* txn_;
  const bool writing_;
  std::span<const TableHandle> tables_;
  const Map map_;
  mutable std::vector<MDB_cursor*> probes_;
  mutable std::vector<Anchor> anchors_;  // of each table, once they are needed
  std::vector<bool> tail_checked_;       // by append()
  bool changed_ = false;
  Bytes scratch_;
  mutable int cursors_ = 0;
};

}  // namespace tally::storage
