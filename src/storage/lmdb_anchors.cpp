// What an LMDB environment knows of its own bytes: the check of the file before LMDB follows it,
// and the anchors of its tables.
//
//   META "tables" = crc32c transaction *( table anchor )      ; 4, 8 bytes; integers big-endian
//   table         = table_seed() of its name                  ; 4 bytes
//
// `transaction` is LMDB's number of the commit that wrote the record, which is every commit: a tree
// of another commit, to which one wrong page number may lead, shows by it.
#include "storage/lmdb_anchors.hpp"

#include <algorithm>
#include <cstring>

#include "storage/checksum.hpp"
#include "storage/identity.hpp"
#include "storage/lmdb_environment.hpp"
#include "storage/lmdb_tree.hpp"

namespace tally::storage {
namespace {

constexpr std::size_t kHeadBytes = 12;
constexpr std::size_t kRowBytes = 4 + kAnchorBytes;
constexpr std::uint64_t kReportsMax = 100;  // a damaged page may be met by every request

MDB_val to_val(ByteView bytes) { return {bytes.size(), const_cast<std::uint8_t*>(bytes.data())}; }

ByteView to_view(const MDB_val& val) {
  return {static_cast<const std::uint8_t*>(val.mv_data), val.mv_size};
}

// What META has under `wanted`; nothing if it has nothing.
std::expected<std::optional<Bytes>, PageFault> read_meta_entry(PageFile& file, const Meta& meta,
                                                               std::span<const NamedTree> tables,
                                                               std::string_view wanted) {
  std::optional<Bytes> out;
  for (const auto& table : tables) {
    if (table.name != kMetaTable) continue;
    TreeWalk walk(file, table.tree, meta.last_page);
    while (true) {
      const auto node = walk.next();
      if (!node) return std::unexpected(node.error());
      if (!*node) break;
      const auto value = (*node)->value;
      if (as_text((*node)->key) == wanted) out.emplace(value.begin(), value.end());
    }
  }
  return out;
}

}  // namespace

std::optional<ByteView> anchor_rows(ByteView record, std::uint64_t transaction) {
  if (record.size() < kHeadBytes || record.size() > kPageBytes ||
      (record.size() - kHeadBytes) % kRowBytes != 0 ||
      read_be<std::uint32_t>(record) != crc32c(record.subspan(4)) ||
      read_be<std::uint64_t>(record.subspan(4)) != transaction) {
    return std::nullopt;
  }
  return record.subspan(kHeadBytes);
}

std::optional<Anchor> find_anchor(ByteView rows, std::uint32_t seed) {
  for (; rows.size() >= kRowBytes; rows = rows.subspan(kRowBytes)) {
    if (read_be<std::uint32_t>(rows) == seed) return read_anchor(rows.subspan(4));
  }
  return std::nullopt;
}

std::expected<Bytes, PageFault> read_meta_table(PageFile& file, const Meta& meta,
                                                std::span<const NamedTree> tables) {
  const auto record = read_meta_entry(file, meta, tables, kTablesKey);
  if (!record) return std::unexpected(record.error());
  const auto rows = *record ? anchor_rows(**record, meta.transaction) : std::nullopt;
  if (!rows) return std::unexpected(PageFault{0, "the record of its tables"});
  return Bytes(rows->begin(), rows->end());
}

std::expected<Bytes, PageFault> read_identity_record(PageFile& file, const Meta& meta,
                                                     std::span<const NamedTree> tables) {
  auto record = read_meta_entry(file, meta, tables, kMetaKey);
  if (!record) return std::unexpected(record.error());
  if (!*record) return std::unexpected(PageFault{0, "the record of its identity"});
  return std::move(**record);
}

namespace {

std::expected<ByteView, Error> rows_of(MDB_txn* txn, MDB_dbi meta, std::uint64_t transaction) {
  MDB_val key = to_val(as_bytes(kTablesKey));
  MDB_val value;
  if (const int rc = mdb_get(txn, meta, &key, &value); rc != 0) {
    return std::unexpected(rc == MDB_NOTFOUND ? Error::corrupt : from_lmdb(rc));
  }
  const auto rows = anchor_rows(to_view(value), transaction);
  if (!rows) return std::unexpected(Error::corrupt);
  return *rows;
}

}  // namespace

Map LmdbEnvironment::map_of(MDB_txn* txn) {
  if (const auto* start = map_start_.load(); start != nullptr) return {start, map_bytes_};
  const MapGuard::Inside inside(*guard_);
  MDB_val key = to_val(as_bytes(kMetaKey));
  MDB_val value;
  MDB_envinfo info;
  if (mdb_get(txn, meta_, &key, &value) != 0 || mdb_env_info(env_.get(), &info) != 0) return {};
  // LMDB does not tell where its map is; but a page of it tells its number.
  const auto address = reinterpret_cast<std::uintptr_t>(value.mv_data);
  const auto* page = static_cast<const std::uint8_t*>(value.mv_data) - address % kPageBytes;
  std::uint64_t number;
  std::memcpy(&number, page, sizeof number);
  if (number > info.me_last_pgno) return {};
  const auto* start = page - number * kPageBytes;
  map_bytes_ = info.me_mapsize;
  map_start_ = start;
  guard_->set(start, info.me_mapsize);
  return {start, info.me_mapsize};
}

std::expected<std::vector<Anchor>, Error> LmdbEnvironment::read_anchors(MDB_txn* txn,
                                                                        bool writing) {
  const MapGuard::Inside inside(*guard_);
  const auto rows = rows_of(txn, meta_, mdb_txn_id(txn) - (writing ? 1 : 0));
  if (!rows) {
    if (rows.error() == Error::corrupt) note_damage("META", {}, 0, "the record of its tables");
    return std::unexpected(rows.error());
  }
  std::vector<Anchor> out;
  for (const auto& table : tables_) {
    const auto anchor = find_anchor(*rows, table.seed);
    if (!anchor) {
      note_damage("META", {}, 0, "the record of its tables");
      return std::unexpected(Error::corrupt);
    }
    out.push_back(*anchor);
  }
  return out;
}

std::expected<void, Error> LmdbEnvironment::write_anchors(MDB_txn* txn,
                                                          std::span<const Anchor> anchors) {
  const MapGuard::Inside inside(*guard_);
  Bytes body;
  append_be(body, static_cast<std::uint64_t>(mdb_txn_id(txn)));
  for (std::size_t i = 0; i < tables_.size(); ++i) {
    append_be(body, tables_[i].seed);
    append_anchor(body, anchors[i]);
  }
  Bytes record;
  append_be(record, crc32c(body));
  append(record, body);
  MDB_val key = to_val(as_bytes(kTablesKey));
  MDB_val value = to_val(record);
  if (const int rc = mdb_put(txn, meta_, &key, &value, 0); rc != 0) {
    return std::unexpected(from_lmdb(rc));
  }
  return {};
}

std::expected<void, Error> LmdbEnvironment::settle_anchors(MDB_txn* txn, bool writing, bool fresh) {
  ByteView rows;
  if (!fresh) {
    const auto found = rows_of(txn, meta_, mdb_txn_id(txn) - (writing ? 1 : 0));
    if (!found) {
      note_damage("META", {}, 0, "the record of its tables");
      return std::unexpected(found.error());
    }
    rows = *found;
  }
  std::vector<Anchor> anchors;
  for (const auto& table : tables_) {
    MDB_stat stat;
    if (const int rc = mdb_stat(txn, table.dbi, &stat); rc != 0) {
      return std::unexpected(from_lmdb(rc));
    }
    const auto anchor = find_anchor(rows, table.seed);
    if (stat.ms_entries != (anchor ? anchor->count : 0) || (!anchor && !writing)) {
      note_damage(table.name, {}, 0, "it has another number of entries");
      return std::unexpected(Error::corrupt);
    }
    anchors.push_back(anchor.value_or(Anchor{}));
  }
  return writing ? write_anchors(txn, anchors) : std::expected<void, Error>();
}

std::expected<void, Error> LmdbEnvironment::check_file() {
  auto file = PageFile::open(file_, false);
  if (!file) return std::unexpected(file.error());
  const auto check = [&]() -> std::expected<void, PageFault> {
    const auto meta = file->meta();
    if (!meta) return std::unexpected(meta.error());
    if (meta->transaction == 0) return {};  // made, and never written to
    if (auto whole = check_structure(*file, *meta); !whole) return whole;
    // What LMDB reads of META before anything else is checked.
    const auto tables = read_tables(*file, *meta);
    if (!tables) return std::unexpected(tables.error());
    for (const auto& table : *tables) {
      if (table.name != kMetaTable) continue;
      TreeWalk walk(*file, table.tree, meta->last_page);
      while (true) {
        const auto node = walk.next();
        if (!node) return std::unexpected(node.error());
        if (!*node) break;
      }
    }
    return {};
  };
  const auto checked = check();
  if (checked) return {};
  note_damage({}, {}, checked.error().page, checked.error().what);
  return std::unexpected(Error::corrupt);
}

void LmdbEnvironment::note_damage(std::string_view table, ByteView key, std::uint64_t page,
                                  std::string_view what) {
  if (damages_.fetch_add(1) >= kReportsMax) return;
  report({file_, page, std::string(table), Bytes(key.begin(), key.end()), std::string(what),
          std::string(advice_for(options_.identity.kind))});
}

}  // namespace tally::storage
