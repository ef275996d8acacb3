#include "storage/upgrade.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "storage/identity.hpp"
#include "storage/lmdb_anchors.hpp"
#include "storage/lmdb_store.hpp"
#include "storage/posix.hpp"
#include "storage/scrub.hpp"

namespace tally::storage {
namespace {

constexpr std::string_view kFile = "data.mdb";
constexpr std::uint32_t kOldFormat = 1;
constexpr std::uint64_t kBatchBytes = std::uint64_t{16} << 20;

std::filesystem::path beside(const std::filesystem::path& directory, std::string_view ending) {
  auto out = directory;
  out += ending;
  return out;
}

// Writes the entries of the old tables into the new store, in order, a batch to a transaction.
class Transfer {
 public:
  Transfer(Store& store, const Options& options, const std::function<void(std::uint64_t)>& progress)
      : store_(store), options_(options), progress_(progress) {}

  std::expected<std::uint64_t, Error> run(PageFile& file, const Meta& meta,
                                          std::span<const NamedTree> tables) {
    for (const auto& table : tables) {
      if (table.name == kMetaTable) continue;
      const auto place = std::ranges::find(options_.tables, table.name);
      if (place == options_.tables.end()) return std::unexpected(Error::corrupt);
      const Table into{static_cast<std::uint32_t>(place - options_.tables.begin())};
      TreeWalk walk(file, table.tree, meta.last_page);
      std::uint64_t count = 0;
      while (true) {
        const auto node = walk.next();
        if (!node) return std::unexpected(Error::corrupt);
        if (!*node) break;
        if (auto done = append(into, **node); !done) return std::unexpected(done.error());
        ++count;
      }
      if (count != table.tree.entries) return std::unexpected(Error::corrupt);
    }
    if (auto done = commit(); !done) return std::unexpected(done.error());
    return entries_;
  }

 private:
  std::expected<void, Error> append(Table table, const Node& node) {
    if (batch_bytes_ + node.value.size() > kBatchBytes) {
      if (auto done = commit(); !done) return done;
    }
    if (!write_) {
      auto write = store_.begin_write(2 * kBatchBytes + 2 * node.value.size());
      if (!write) return std::unexpected(write.error());
      write_ = std::move(*write);
    }
    batch_bytes_ += node.key.size() + node.value.size() + 16;
    ++entries_;
    return write_->append(table, node.key, node.value);
  }

  std::expected<void, Error> commit() {
    if (!write_) return {};
    const auto done = write_->commit();
    write_.reset();
    batch_bytes_ = 0;
    if (progress_) progress_(entries_);
    return done;
  }

  Store& store_;
  const Options& options_;
  const std::function<void(std::uint64_t)>& progress_;
  std::unique_ptr<WriteTransaction> write_;
  std::uint64_t batch_bytes_ = 0;
  std::uint64_t entries_ = 0;
};

// Gives the old file a second name, in a directory of its own, which is nobody else's.
std::expected<void, Error> keep(const std::filesystem::path& directory) {
  const auto file = directory / kFile;
  for (int number = 1;; ++number) {
    const auto kept =
        beside(directory, number == 1 ? ".format-1" : ".format-1." + std::to_string(number));
    if (const auto made = make_directory(kept); !made) return made;
    if (::link(file.c_str(), (kept / kFile).c_str()) == 0) return sync_directory(kept);
    if (errno != EEXIST) return std::unexpected(from_errno(errno));
    // An earlier call may have come this far; else it is another store, which stays.
    std::error_code error;
    if (std::filesystem::equivalent(file, kept / kFile, error)) return sync_directory(kept);
  }
}

// The new file takes the old one's name: at each moment one of the two has it.
std::expected<void, Error> exchange(const std::filesystem::path& fresh,
                                    const std::filesystem::path& directory) {
  if (const auto kept = keep(directory); !kept) return kept;
  if (::rename((fresh / kFile).c_str(), (directory / kFile).c_str()) != 0) {
    return std::unexpected(from_errno(errno));
  }
  return sync_directory(directory);
}

}  // namespace

std::expected<std::uint64_t, Error> upgrade_store(
    const std::filesystem::path& directory, const Clock& clock, Options wanted,
    const std::function<void(std::uint64_t)>& progress) {
  if (!std::filesystem::exists(directory / kFile)) return std::unexpected(Error::not_found);
  const auto lock = lock_directory(directory);
  if (!lock) return std::unexpected(lock.error());
  // Whatever an earlier call has left there was never the store.
  const auto fresh = beside(directory, ".new");
  std::error_code ignored;
  std::filesystem::remove_all(fresh, ignored);
  auto file = PageFile::open(directory / kFile, false);
  if (!file) return std::unexpected(file.error());
  const auto meta = file->meta();
  if (!meta || !check_structure(*file, *meta)) return std::unexpected(Error::corrupt);
  const auto tables = read_tables(*file, *meta);
  if (!tables) return std::unexpected(Error::corrupt);
  const auto identity = read_identity_record(*file, *meta, *tables);
  if (!identity) return std::unexpected(Error::corrupt);
  if (check_identity(wanted.identity, *identity)) return 0;
  auto old = wanted.identity;
  old.format = kOldFormat;
  if (const auto ours = check_identity(old, *identity); !ours) {
    return std::unexpected(ours.error());
  }
  std::uint64_t entries = 0;
  {
    wanted.create = true;
    wanted.durability = Durability::durable;
    auto store = open_lmdb_store(fresh, clock, wanted);
    if (!store) return std::unexpected(store.error());
    const auto written = Transfer(**store, wanted, progress).run(*file, *meta, *tables);
    if (!written) return written;
    entries = *written;
  }
  if (!scrub_store(fresh, wanted.identity.kind, {})) return std::unexpected(Error::io);
  if (auto done = exchange(fresh, directory); !done) return std::unexpected(done.error());
  std::filesystem::remove_all(fresh, ignored);
  return entries;
}

}  // namespace tally::storage
