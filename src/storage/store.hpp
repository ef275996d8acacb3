// Start here: a store is a few ordered tables of byte strings with snapshots and one writer.
//
//   Store ──begin_read()──▶ ReadTransaction ──scan()──▶ Cursor
//     └────begin_write()──▶ WriteTransaction (also reads, and sees its own writes)
//
// Two implementations stand behind it: LMDB (lmdb_store.hpp) and memory (memory_store.hpp, for unit
// tests and simulation). Keys are ordered as unsigned bytes, a prefix before what it begins; so
// numbers in keys are big-endian.
//
// Threads. A Store may be used from any thread. A ReadTransaction is used by one thread at a time
// and may move between threads. A WriteTransaction stays on the thread that began it; a second
// begin_write() waits for it to end. Readers never wait for the writer, nor it for them, except
// while the map grows: then begin_read() and begin_write() wait, at most Options::growth_wait.
//
// Lifetimes. Bytes returned by a ReadTransaction are views into the snapshot, valid until it ends;
// those returned by a WriteTransaction also end at its next write. A cursor ends before its
// transaction does, and before the next write or the commit of it (CHECKed). Transactions end
// before their Store. Readers are short-lived: a snapshot keeps the pages that it sees from reuse,
// and the map from growing; Stat tells the age of the oldest.
//
// A commit with outcome_unknown ends the process (Options::on_unknown_outcome). Where it does not,
// every later begin_write() is refused with `halted`, while reads go on: what is on the disk is
// only known again by opening the store anew.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/id.hpp"
#include "storage/error.hpp"
#include "storage/unknown_outcome.hpp"

namespace tally::storage {

inline constexpr std::size_t kKeyBytesMax = 511;  // LMDB's own limit
inline constexpr std::size_t kValueBytesMax = std::size_t{256} << 20;
inline constexpr std::size_t kRoomBytes = std::size_t{1} << 20;
inline constexpr std::size_t kTablesMax = 32;

/// A table, by its place in Options::tables. Any other index is a bug (CHECKed).
struct Table {
  std::uint32_t index = 0;
};

/// The keys from `first` (included) to `end` (not included); an empty one is no bound.
struct Range {
  ByteView first{};
  ByteView end{};
};

enum class Direction : std::uint8_t { forward, backward };

struct Entry {
  ByteView key;
  ByteView value;
};

/// Walks a range once.
class Cursor {
 public:
  virtual ~Cursor() = default;
  /// The next entry, or nothing after the last. Errors: corrupt, io.
  [[nodiscard]] virtual std::expected<std::optional<Entry>, Error> next() = 0;
};

/// A snapshot: everything committed before it began, nothing after.
class ReadTransaction {
 public:
  virtual ~ReadTransaction() = default;
  /// Errors: invalid (key), not_found, corrupt, io.
  [[nodiscard]] virtual std::expected<ByteView, Error> get(Table table, ByteView key) const = 0;
  /// A cursor over `range`; backward starts at its end. The bounds are copied. Errors: corrupt, io.
  [[nodiscard]] virtual std::expected<std::unique_ptr<Cursor>, Error> scan(
      Table table, Range range = {}, Direction direction = Direction::forward) const = 0;
  /// How many entries the table has. Constant time. Errors: corrupt, io.
  [[nodiscard]] virtual std::expected<std::uint64_t, Error> count(Table table) const = 0;
  /// Milliseconds since it began.
  [[nodiscard]] virtual std::uint64_t age_ms() const = 0;
};

/// The store's only writer. Ends by commit(), or by destruction, which discards its writes. After a
/// failed write other than `invalid`, `out_of_order` and `not_found` it can only be ended, and
/// commit() returns that error.
class WriteTransaction : public ReadTransaction {
 public:
  /// Inserts or replaces. Errors: invalid, map_full, corrupt, io.
  [[nodiscard]] virtual std::expected<void, Error> put(Table table, ByteView key,
                                                       ByteView value) = 0;
  /// Inserts after the table's last key, without searching. Errors: invalid, out_of_order (the key
  /// is not greater than the last), map_full, corrupt, io.
  [[nodiscard]] virtual std::expected<void, Error> append(Table table, ByteView key,
                                                          ByteView value) = 0;
  /// Errors: invalid (key), not_found, map_full, corrupt, io.
  [[nodiscard]] virtual std::expected<void, Error> erase(Table table, ByteView key) = 0;
  /// Erases entries that follow on each other in the table, at the price of one: what is behind
  /// them is written anew once (linked_record.hpp). Errors: as erase(), corrupt also if there is
  /// something between them.
  [[nodiscard]] virtual std::expected<void, Error> erase_run(Table table,
                                                             std::span<const Bytes> keys) = 0;
  /// Erases every entry of the table at once. Errors: map_full, corrupt, io.
  [[nodiscard]] virtual std::expected<void, Error> clear(Table table) = 0;
  /// Makes all writes durable together, or none. Called once, as the last call. Errors: the error
  /// of an earlier write; map_full, disk_full (known not to have taken effect); outcome_unknown,
  /// once Options::on_unknown_outcome has returned.
  [[nodiscard]] virtual std::expected<void, Error> commit() = 0;
};

/// Sizes in bytes. `used` counts every page up to the last that holds data, `free` those of them
/// that are empty and will be reused.
struct Stat {
  std::uint64_t used_bytes = 0;
  std::uint64_t free_bytes = 0;
  std::uint64_t map_bytes = 0;
  std::size_t readers = 0;
  std::uint64_t oldest_reader_ms = 0;
};

/// What a directory belongs to, written when it is made and compared whenever it is opened.
struct Identity {
  std::string kind;          // "journal", "views"; at most 32 bytes
  std::uint32_t format = 1;  // of its tables' keys and values
  Hash32 network_id{};
};

enum class Durability : std::uint8_t {
  durable,      // what is committed survives a loss of power
  rebuildable,  // the last commit may be lost by a loss of power, consistently; for views only
};

struct Options {
  std::vector<std::string> tables;  // at most kTablesMax; new ones are appended to the list
  Identity identity;
  bool create = false;  // make the directory and the store if they are not there
  Durability durability = Durability::durable;
  std::size_t map_bytes = std::size_t{64} << 20;  // to begin with
  std::size_t map_bytes_max = std::size_t{1} << 40;
  std::size_t readers_max = 64;
  std::chrono::milliseconds growth_wait{1000};
  OnUnknownOutcome on_unknown_outcome = stop_process;
};

/// How a copy is taken while others write.
struct CopyOptions {
  std::uint64_t bytes_per_second_max = 0;  // 0: as fast as the disks
  std::stop_token stop{};                  // ends it, with the error busy
};

class Store {
 public:
  virtual ~Store() = default;
  /// Errors: busy (readers_max are open, or the map is growing for too long), corrupt, io.
  [[nodiscard]] virtual std::expected<std::unique_ptr<ReadTransaction>, Error> begin_read() = 0;
  /// Makes room as ensure_room(room_bytes) does, then waits for the writer before it, if any.
  /// Errors: halted, map_full, disk_full, busy, corrupt, io.
  [[nodiscard]] virtual std::expected<std::unique_ptr<WriteTransaction>, Error> begin_write(
      std::size_t room_bytes = kRoomBytes) = 0;
  /// Grows the map and reserves disk so that a transaction which fills `room_bytes` of new pages
  /// will not run out of either: a full disk shows here, before anything has happened. At the bound
  /// of map or disk, free pages of twice the room will do. To grow the map it waits until no
  /// transaction is open. Not while the calling thread has one open. Errors:
  /// halted, map_full (map_bytes_max), disk_full, busy (readers did not end in time), io.
  [[nodiscard]] virtual std::expected<void, Error> ensure_room(std::size_t room_bytes) = 0;
  /// Errors: busy, corrupt, io.
  [[nodiscard]] virtual std::expected<Stat, Error> stat() = 0;
  /// Writes what is committed now into `directory`, which is made if it is not there and holds no
  /// store, as a store of its own; synced when it returns. Writing goes on meanwhile: the map,
  /// which cannot grow under a reader, is made large enough first. Returns the bytes written.
  /// Errors: denied (a store that is not in files), invalid (there is a store), disk_full, busy,
  /// corrupt, io; what was written of the copy is then worth nothing. Any thread without a
  /// transaction.
  [[nodiscard]] virtual std::expected<std::uint64_t, Error> copy_to(
      const std::filesystem::path& directory, const CopyOptions& options);
  /// Whether writes are refused for good.
  [[nodiscard]] virtual bool halted() const = 0;
};

inline std::expected<std::uint64_t, Error> Store::copy_to(const std::filesystem::path&,
                                                          const CopyOptions&) {
  return std::unexpected(Error::denied);
}

}  // namespace tally::storage
