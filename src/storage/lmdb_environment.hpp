// One LMDB environment: opening, room, and what a failed commit means. Private to this folder.
#pragma once

#include <lmdb.h>

#include <atomic>
#include <expected>
#include <filesystem>
#include <memory>
#include <mutex>
#include <vector>

#include "storage/damage.hpp"
#include "storage/gate.hpp"
#include "storage/lmdb_view.hpp"
#include "storage/posix.hpp"
#include "storage/store.hpp"

namespace tally::storage {

/// The error for a code of LMDB's, which is one of its own (negative) or an errno.
[[nodiscard]] Error from_lmdb(int code);

/// Thread rules as in store.hpp.
class LmdbEnvironment final : public Store {
 public:
  LmdbEnvironment(const Clock& clock, Options options);
  ~LmdbEnvironment() override = default;
  LmdbEnvironment(const LmdbEnvironment&) = delete;
  LmdbEnvironment& operator=(const LmdbEnvironment&) = delete;

  /// Called once, before anything else.
  [[nodiscard]] std::expected<void, Error> open(const std::filesystem::path& directory);

  std::expected<std::unique_ptr<ReadTransaction>, Error> begin_read() override;
  std::expected<std::unique_ptr<WriteTransaction>, Error> begin_write(
      std::size_t room_bytes) override;
  std::expected<void, Error> ensure_room(std::size_t room_bytes) override;
  std::expected<Stat, Error> stat() override;
  std::expected<std::uint64_t, Error> copy_to(const std::filesystem::path& directory,
                                              const CopyOptions& options) override;
  bool halted() const override { return fuse_->blown(); }

  /// What mdb_txn_commit()'s non-zero `code` means; blows the fuse unless the outcome is known. By
  /// the writer, before it leaves the gate.
  [[nodiscard]] Error judge_failed_commit(int code);

  [[nodiscard]] Gate& gate() { return gate_; }
  [[nodiscard]] std::span<const TableHandle> tables() const { return tables_; }
  [[nodiscard]] const MapGuard& guard() const { return *guard_; }
  /// Where the file lies in memory, for as long as `txn`, which was just begun.
  [[nodiscard]] Map map_of(MDB_txn* txn);
  /// The anchors of all tables in a snapshot. Errors: corrupt.
  [[nodiscard]] std::expected<std::vector<Anchor>, Error> read_anchors(MDB_txn* txn, bool writing);
  [[nodiscard]] std::expected<void, Error> write_anchors(MDB_txn* txn,
                                                         std::span<const Anchor> anchors);
  /// Counts and reports damage that was met. Any thread.
  void note_damage(std::string_view table, ByteView key, std::uint64_t page, std::string_view what);

 private:
  struct Close {
    void operator()(MDB_env* env) const { mdb_env_close(env); }
  };
  struct Usage {
    std::uint64_t used_bytes;
    std::uint64_t map_bytes;
    std::uint64_t file_bytes;
  };
  [[nodiscard]] std::expected<void, Error> open_environment(const std::filesystem::path& directory);
  [[nodiscard]] std::expected<void, Error> open_tables(bool writing, bool fresh);
  [[nodiscard]] std::expected<void, Error> open_tables_in(MDB_txn* txn, bool writing, bool fresh);
  [[nodiscard]] std::expected<Usage, Error> usage() const;
  [[nodiscard]] std::expected<void, Error> make_room(std::size_t room_bytes);
  [[nodiscard]] bool has_free_pages(std::size_t room_bytes);
  [[nodiscard]] bool is_latest(MDB_txn* reader);
  [[nodiscard]] std::expected<void, Error> grow_map(std::uint64_t needed_bytes);
  [[nodiscard]] bool disk_is_full() const;
  /// Whether the file was refused a write, and nothing else, for want of room.
  [[nodiscard]] bool wanted_room(int code) const;

  /// What the file itself shows, before LMDB follows it.
  [[nodiscard]] std::expected<void, Error> check_file();
  /// Adds the tables that are new, and checks those that are not against their anchors.
  [[nodiscard]] std::expected<void, Error> settle_anchors(MDB_txn* txn, bool writing, bool fresh);

  const Options options_;
  Gate gate_;
  FileDescriptor lock_;  // outlives the environment
  std::filesystem::path file_;
  std::unique_ptr<Fuse> fuse_;
  FileDescriptor witness_;  // data.mdb, to ask it about syncs that LMDB has tried
  std::unique_ptr<MDB_env, Close> env_;
  std::unique_ptr<MapGuard> guard_;
  mutable std::mutex map_mutex_;  // the map moves under it, and is looked at outside transactions
  std::vector<TableHandle> tables_;
  MDB_dbi meta_ = 0;
  std::atomic<const std::uint8_t*> map_start_ = nullptr;  // none: it has moved, look anew
  std::atomic<std::size_t> map_bytes_ = 0;
  std::atomic<std::uint64_t> damages_ = 0;
};

}  // namespace tally::storage
