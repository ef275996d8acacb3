#include "storage/lmdb_environment.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "base/check.hpp"
#include "base/failpoint.hpp"
#include "base/planted.hpp"
#include "storage/identity.hpp"
#include "storage/lmdb_transaction.hpp"

namespace tally::storage {
namespace {

constexpr MDB_dbi kFreeList = 0;  // LMDB's own table of free pages
constexpr unsigned kReadersSpare = 8;
constexpr int kBeginsMax = 100;  // of one reader, while commits pass it
constexpr std::uint64_t kMapStep = std::uint64_t{16} << 20;
constexpr std::uint64_t kReserveMin = std::uint64_t{1} << 20;
constexpr std::uint64_t kReserveMax = std::uint64_t{64} << 20;

std::uint64_t round_up(std::uint64_t value, std::uint64_t step) {
  return (value + step - 1) / step * step;
}

MDB_val to_val(ByteView bytes) { return {bytes.size(), const_cast<std::uint8_t*>(bytes.data())}; }

ByteView to_view(const MDB_val& val) {
  return {static_cast<const std::uint8_t*>(val.mv_data), val.mv_size};
}

/// The pages on LMDB's free list, summed over its records: each begins with its count.
std::expected<std::uint64_t, Error> count_free_pages(MDB_txn* txn) {
  MDB_cursor* cursor = nullptr;
  if (const int rc = mdb_cursor_open(txn, kFreeList, &cursor); rc != 0) {
    return std::unexpected(from_lmdb(rc));
  }
  std::uint64_t pages = 0;
  MDB_val key, value;
  int rc;
  while ((rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
    std::size_t count = 0;
    if (value.mv_size >= sizeof count) std::memcpy(&count, value.mv_data, sizeof count);
    pages += count;
  }
  mdb_cursor_close(cursor);
  if (rc != MDB_NOTFOUND) return std::unexpected(from_lmdb(rc));
  return pages;
}

}  // namespace

Error from_lmdb(int code) {
  switch (code) {
    case MDB_NOTFOUND:
      return Error::not_found;
    case MDB_KEYEXIST:
      return Error::out_of_order;
    case MDB_BAD_VALSIZE:
      return Error::invalid;
    case MDB_MAP_FULL:
      return Error::map_full;
    case MDB_READERS_FULL:
    case MDB_TXN_FULL:
      return Error::busy;
    case MDB_VERSION_MISMATCH:
      return Error::newer_format;
    case MDB_PANIC:
      return Error::halted;
    case MDB_PAGE_NOTFOUND:
    case MDB_CORRUPTED:
    case MDB_CURSOR_FULL:
    case MDB_PAGE_FULL:
    case MDB_INVALID:
    case MDB_BAD_TXN:
      return Error::corrupt;
    default:
      return code > 0 ? from_errno(code) : Error::io;
  }
}

LmdbEnvironment::LmdbEnvironment(const Clock& clock, Options options)
    : options_(std::move(options)), gate_(clock, options_.readers_max, options_.growth_wait) {}

std::expected<void, Error> LmdbEnvironment::open(const std::filesystem::path& directory) {
  if (const auto good = check_options(options_); !good) return good;
  struct stat status{};
  const bool exists = ::stat((directory / "data.mdb").c_str(), &status) == 0;
  if (!exists && !options_.create) return std::unexpected(Error::not_found);
  if (!exists) {
    if (const auto made = make_directory(directory); !made) return made;
  }
  auto lock = lock_directory(directory);
  if (!lock) return std::unexpected(lock.error());
  lock_ = std::move(*lock);
  file_ = directory / "data.mdb";
  fuse_ = std::make_unique<Fuse>(file_.string(), options_.on_unknown_outcome);
  if (exists && status.st_size != 0) {
    if (const auto whole = check_file(); !whole) return whole;
  }
  if (const auto opened = open_environment(directory); !opened) return opened;
  if (!exists) {
    if (const auto synced = sync_directory(directory); !synced) return synced;
  }
  // Read first, so that a store whose disk is full can still be opened.
  const auto opened = open_tables(false, false);
  if (opened || opened.error() != Error::not_found) return opened;
  if (const auto room = ensure_room(kRoomBytes); !room) return room;
  return open_tables(true, options_.create);
}

std::expected<void, Error> LmdbEnvironment::open_environment(
    const std::filesystem::path& directory) {
  MDB_env* raw = nullptr;
  if (const int rc = mdb_env_create(&raw); rc != 0) return std::unexpected(from_lmdb(rc));
  env_.reset(raw);
  std::error_code no_file;
  const auto file_bytes = std::filesystem::file_size(directory / "data.mdb", no_file);
  const std::uint64_t at_least = no_file ? 0 : file_bytes;
  const auto wanted = std::min<std::uint64_t>(options_.map_bytes, options_.map_bytes_max);
  const auto map_bytes = round_up(std::max<std::uint64_t>(wanted, at_least), kReserveMin);
  unsigned flags = MDB_NOTLS;
  if (options_.durability == Durability::rebuildable) flags |= MDB_NOMETASYNC;
  if (PLANTED(acknowledge_before_durable) && options_.identity.kind == "journal") {
    flags |= MDB_NOSYNC;
  }
  int rc = mdb_env_set_mapsize(raw, map_bytes);
  if (rc == 0) rc = mdb_env_set_maxdbs(raw, static_cast<MDB_dbi>(options_.tables.size() + 1));
  if (rc == 0) {
    rc = mdb_env_set_maxreaders(raw, static_cast<unsigned>(options_.readers_max) + kReadersSpare);
  }
  guard_ = std::make_unique<MapGuard>(raw, file_, options_.identity.kind);
  if (rc == 0) rc = mdb_env_open(raw, directory.c_str(), flags, 0600);
  if (rc != 0) return std::unexpected(from_lmdb(rc));
  auto witness = open_file(file_, O_RDONLY);
  if (!witness) return std::unexpected(witness.error());
  witness_ = std::move(*witness);
  const auto now = usage();
  if (!now) return std::unexpected(now.error());
  // Pages are written before the meta page that counts them, so a shorter file was cut.
  if (now->file_bytes < now->used_bytes) return std::unexpected(Error::corrupt);
  return {};
}

std::expected<void, Error> LmdbEnvironment::open_tables(bool writing, bool fresh) {
  const MapGuard::Inside inside(*guard_);
  MDB_txn* txn = nullptr;
  if (const int rc = mdb_txn_begin(env_.get(), nullptr, writing ? 0 : MDB_RDONLY, &txn); rc != 0) {
    return std::unexpected(from_lmdb(rc));
  }
  if (const auto opened = open_tables_in(txn, writing, fresh); !opened) {
    mdb_txn_abort(txn);
    return opened;
  }
  // Committed also when reading: only then the handles outlive the transaction.
  if (const int rc = mdb_txn_commit(txn); rc != 0) return std::unexpected(judge_failed_commit(rc));
  return {};
}

std::expected<void, Error> LmdbEnvironment::open_tables_in(MDB_txn* txn, bool writing, bool fresh) {
  int rc = mdb_dbi_open(txn, std::string(kMetaTable).c_str(), 0, &meta_);
  if (rc == MDB_NOTFOUND && !writing) return std::unexpected(Error::not_found);
  // Without its record an old store has lost its beginning; only one being made may lack it.
  if (rc == MDB_NOTFOUND && !fresh) return std::unexpected(Error::corrupt);
  const bool making = rc == MDB_NOTFOUND;
  MDB_val key = to_val(as_bytes(kMetaKey));
  if (making) {
    rc = mdb_dbi_open(txn, std::string(kMetaTable).c_str(), MDB_CREATE, &meta_);
    if (rc != 0) return std::unexpected(from_lmdb(rc));
    const auto record = encode_identity(options_.identity);
    MDB_val value = to_val(record);
    if (rc = mdb_put(txn, meta_, &key, &value, 0); rc != 0) return std::unexpected(from_lmdb(rc));
  } else {
    if (rc != 0) return std::unexpected(from_lmdb(rc));
    MDB_val value;
    rc = mdb_get(txn, meta_, &key, &value);
    if (rc != 0) return std::unexpected(rc == MDB_NOTFOUND ? Error::corrupt : from_lmdb(rc));
    if (const auto ours = check_identity(options_.identity, to_view(value)); !ours) return ours;
  }
  tables_.clear();
  for (const auto& table : options_.tables) {
    TableHandle handle{0, table_seed(table), table};
    rc = mdb_dbi_open(txn, table.c_str(), writing ? MDB_CREATE : 0u, &handle.dbi);
    if (rc != 0) return std::unexpected(from_lmdb(rc));
    tables_.push_back(std::move(handle));
  }
  return settle_anchors(txn, writing, making);
}

std::expected<LmdbEnvironment::Usage, Error> LmdbEnvironment::usage() const {
  const std::lock_guard lock(map_mutex_);
  MDB_envinfo info;
  MDB_stat page;
  mdb_filehandle_t fd;
  int rc = mdb_env_info(env_.get(), &info);
  if (rc == 0) rc = mdb_env_stat(env_.get(), &page);
  if (rc == 0) rc = mdb_env_get_fd(env_.get(), &fd);
  if (rc != 0) return std::unexpected(from_lmdb(rc));
  struct stat file{};
  if (::fstat(fd, &file) != 0) return std::unexpected(from_errno(errno));
  return Usage{(info.me_last_pgno + 1) * page.ms_psize, info.me_mapsize,
               static_cast<std::uint64_t>(file.st_size)};
}

std::expected<void, Error> LmdbEnvironment::ensure_room(std::size_t room_bytes) {
  if (halted()) return std::unexpected(Error::halted);
  const auto made = make_room(room_bytes);
  if (made) return made;
  // What was erased is room too. It lies scattered, so a long value may still find none: that is
  // told by put() or commit(), and known.
  const bool bound = made.error() == Error::map_full || made.error() == Error::disk_full;
  return bound && has_free_pages(room_bytes) ? std::expected<void, Error>() : made;
}

bool LmdbEnvironment::has_free_pages(std::size_t room_bytes) {
  const auto now = stat();
  return now && now->free_bytes / 2 >= room_bytes;
}

std::expected<void, Error> LmdbEnvironment::make_room(std::size_t room_bytes) {
  auto now = usage();
  if (!now) return std::unexpected(now.error());
  const auto needed = now->used_bytes + room_bytes;
  if (needed > now->map_bytes) {
    if (const auto grown = grow_map(needed); !grown) return grown;
  }
  if (needed <= now->file_bytes) return {};
  mdb_filehandle_t fd;
  if (const int rc = mdb_env_get_fd(env_.get(), &fd); rc != 0) {
    return std::unexpected(from_lmdb(rc));
  }
  // More than is needed, so that few commits find the file too short; but what is needed counts.
  const auto ample = needed + std::clamp(now->used_bytes / 8, kReserveMin, kReserveMax);
  if (reserve(fd, now->file_bytes, ample - now->file_bytes)) return {};
  return reserve(fd, now->file_bytes, needed - now->file_bytes);
}

std::expected<void, Error> LmdbEnvironment::grow_map(std::uint64_t needed_bytes) {
  if (needed_bytes > options_.map_bytes_max) return std::unexpected(Error::map_full);
  if (const auto alone = gate_.enter_alone(); !alone) return alone;
  const auto now = usage();  // another thread may have grown it meanwhile
  std::expected<void, Error> grown;
  if (!now) {
    grown = std::unexpected(now.error());
  } else if (needed_bytes > now->map_bytes) {
    const auto wanted = round_up(std::max(needed_bytes, now->map_bytes * 2), kMapStep);
    const auto bytes = std::min<std::uint64_t>(wanted, options_.map_bytes_max);
    const std::lock_guard lock(map_mutex_);
    guard_->set(nullptr, 0);
    map_start_ = nullptr;
    FAILPOINT(map_before_growth);
    if (const int rc = mdb_env_set_mapsize(env_.get(), bytes); rc != 0) {
      grown = std::unexpected(from_lmdb(rc));
    }
  }
  FAILPOINT(map_after_growth);
  gate_.leave_alone();
  return grown;
}

std::expected<std::unique_ptr<ReadTransaction>, Error> LmdbEnvironment::begin_read() {
  const auto entered = gate_.enter_reader();
  if (!entered) return std::unexpected(entered.error());
  MDB_txn* txn = nullptr;
  int rc = mdb_txn_begin(env_.get(), nullptr, MDB_RDONLY, &txn);
  for (int tries = 1; rc == 0 && tries < kBeginsMax && !is_latest(txn); ++tries) {
    mdb_txn_reset(txn);
    rc = mdb_txn_renew(txn);
  }
  if (rc != 0) {
    if (txn != nullptr) mdb_txn_abort(txn);
    gate_.leave_reader(*entered);
    return std::unexpected(from_lmdb(rc));
  }
  return std::make_unique<LmdbReadTransaction>(*this, txn, *entered);
}

// LMDB 0.9 takes the number of the last commit first, and then copies that commit's roots from one
// of two meta pages, which the commit after the next is written over. If both pass in between, the
// reader has roots of another commit than its number says, or halves of two. Neither can have begun
// to write if no commit came after the reader's. (In a damaged file the numbers may never agree:
// then what is read is judged by its own records.)
bool LmdbEnvironment::is_latest(MDB_txn* reader) {
  const MapGuard::Inside inside(*guard_);
  MDB_envinfo info;
  return mdb_env_info(env_.get(), &info) != 0 || info.me_last_txnid == mdb_txn_id(reader);
}

std::expected<std::unique_ptr<WriteTransaction>, Error> LmdbEnvironment::begin_write(
    std::size_t room_bytes) {
  if (const auto room = ensure_room(room_bytes); !room) return std::unexpected(room.error());
  if (const auto entered = gate_.enter_writer(); !entered) {
    return std::unexpected(entered.error());
  }
  MDB_txn* txn = nullptr;
  const int rc = halted() ? MDB_PANIC : mdb_txn_begin(env_.get(), nullptr, 0, &txn);
  if (rc != 0) {
    gate_.leave_writer();
    return std::unexpected(from_lmdb(rc));
  }
  return std::make_unique<LmdbWriteTransaction>(*this, txn);
}

// LMDB 0.9 commits in steps: what is found while the last pages are laid out (MDB_MAP_FULL), the
// pages are written, they are synced, the meta page is written. It returns the errno of the step
// that failed, and EIO for a short write; if that was the last one, nothing can be begun any more.
Error LmdbEnvironment::judge_failed_commit(int code) {
  if (code == MDB_MAP_FULL) return Error::map_full;
  MDB_txn* probe = nullptr;
  if (mdb_txn_begin(env_.get(), nullptr, 0, &probe) == 0) {
    mdb_txn_abort(probe);
    if (wanted_room(code)) return Error::disk_full;
  }
  return fuse_->blow();
}

// A sync may fail with the same codes as a write. But the system tells a failed one to every
// descriptor of the file, once (errseq_t, since Linux 4.13): if ours is told of none, there was
// none, and a disk that is full has refused the write.
bool LmdbEnvironment::wanted_room(int code) const {
  if (code != EIO && from_lmdb(code) != Error::disk_full) return false;
  return sync_data(witness_).has_value() && disk_is_full();
}

bool LmdbEnvironment::disk_is_full() const {
  const auto now = usage();
  mdb_filehandle_t fd;
  if (!now || mdb_env_get_fd(env_.get(), &fd) != 0) return false;
  const auto reserved = reserve(fd, now->file_bytes, kReserveMin);
  return !reserved && reserved.error() == Error::disk_full;
}

std::expected<Stat, Error> LmdbEnvironment::stat() {
  const MapGuard::Inside inside(*guard_);
  const auto now = usage();
  if (!now) return std::unexpected(now.error());
  Stat out{now->used_bytes, 0, now->map_bytes, gate_.readers(), gate_.oldest_reader_ms()};
  const auto entered = gate_.enter_reader();
  if (!entered) return std::unexpected(entered.error());
  MDB_txn* txn = nullptr;
  MDB_stat page;
  std::expected<std::uint64_t, Error> free_pages = 0;
  int rc = mdb_env_stat(env_.get(), &page);
  if (rc == 0) rc = mdb_txn_begin(env_.get(), nullptr, MDB_RDONLY, &txn);
  if (rc == 0) {
    free_pages = count_free_pages(txn);
    mdb_txn_abort(txn);
  } else {
    free_pages = std::unexpected(from_lmdb(rc));
  }
  gate_.leave_reader(*entered);
  if (!free_pages) return std::unexpected(free_pages.error());
  out.free_bytes = *free_pages * page.ms_psize;
  return out;
}

}  // namespace tally::storage
