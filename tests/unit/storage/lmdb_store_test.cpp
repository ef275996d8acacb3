// What only a store on a disk has: growth, a full disk, damage. The contract is in store_test.cpp.
#include "storage/lmdb_store.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "storage/scan.hpp"
#include "support/failing_sync.hpp"
#include "unit/storage/file_size_limit.hpp"
#include "unit/storage/temporary_directory.hpp"

namespace tally::storage {
namespace {

constexpr Table kTable{0};
constexpr std::size_t kMiB = std::size_t{1} << 20;

Bytes key_of(std::uint64_t n) {
  Bytes key;
  append_be(key, n);
  return key;
}

class LmdbStoreTest : public testing::Test {
 protected:
  Options options() {
    Options out;
    out.tables = {"t"};
    out.identity = {"test", 1, {}};
    out.create = true;
    out.map_bytes = kMiB;
    out.growth_wait = std::chrono::milliseconds(1);
    out.on_unknown_outcome = [this](std::string_view where) { told_ += where; };
    return out;
  }
  std::expected<std::unique_ptr<Store>, Error> open(const Options& with) {
    return open_lmdb_store(path(), clock_, with);
  }
  std::unique_ptr<Store> open() {
    auto store = open(options());
    EXPECT_TRUE(store) << (store ? "" : name(store.error()));
    return store ? std::move(*store) : nullptr;
  }
  std::filesystem::path path() const { return directory_ / "a" / "b"; }
  std::filesystem::path data() const { return path() / "data.mdb"; }

  static std::expected<void, Error> put(Store& store, std::uint64_t n, std::size_t value_bytes,
                                        std::size_t room_bytes = kRoomBytes) {
    auto tx = store.begin_write(room_bytes);
    if (!tx) return std::unexpected(tx.error());
    if (const auto done = (*tx)->append(kTable, key_of(n), Bytes(value_bytes, 0x42)); !done) {
      return done;
    }
    return (*tx)->commit();
  }
  static std::uint64_t count(Store& store) { return *(*store.begin_read())->count(kTable); }

  std::string told_;  // of unknown outcomes
  test::TemporaryDirectory directory_;
  SystemClock clock_;
};

TEST_F(LmdbStoreTest, FilesArePrivate) {
  const auto store = open();
  struct stat status{};
  ASSERT_EQ(::stat(path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700u);
  for (const auto* file : {"data.mdb", "lock.mdb", "LOCK"}) {
    ASSERT_EQ(::stat((path() / file).c_str(), &status), 0) << file;
    EXPECT_EQ(status.st_mode & 0777, 0600u) << file;
  }
}

TEST_F(LmdbStoreTest, GrowsItsMapBeforeItIsFull) {
  auto store = open();
  const auto before = store->stat()->map_bytes;
  for (std::uint64_t n = 0; n < 100; ++n) ASSERT_TRUE(put(*store, n, kMiB / 2));
  EXPECT_GT(store->stat()->map_bytes, before);
  EXPECT_GT(store->stat()->used_bytes, 50 * kMiB);
  EXPECT_LE(store->stat()->used_bytes + kRoomBytes, store->stat()->map_bytes + kMiB / 2);
  store.reset();
  store = open();
  EXPECT_EQ(count(*store), 100u);
  ASSERT_TRUE(put(*store, 100, kMiB / 2));
}

TEST_F(LmdbStoreTest, AReaderInTheWayOfGrowthMakesItBusy) {
  auto store = open();
  auto reader = store->begin_read();
  EXPECT_EQ(store->ensure_room(64 * kMiB).error(), Error::busy);
  reader->reset();
  EXPECT_TRUE(store->ensure_room(64 * kMiB));
  EXPECT_GE(store->stat()->map_bytes, 64 * kMiB);
}

TEST_F(LmdbStoreTest, ReadersAndGrowthWorkTogether) {
  auto with = options();
  with.growth_wait = std::chrono::milliseconds(60'000);
  auto store = std::move(*open(with));
  std::atomic<bool> done = false;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (!done) {
        const auto tx = store->begin_read();
        ASSERT_TRUE(tx);
        std::uint64_t seen = 0;
        ASSERT_TRUE(for_each(**tx, kTable, {}, Direction::forward, [&](const Entry& entry) {
          EXPECT_EQ(entry.value[entry.value.size() - 1], 0x42);
          return ++seen < 20;
        }));
      }
    });
  }
  for (std::uint64_t n = 0; n < 80; ++n) EXPECT_TRUE(put(*store, n, kMiB / 2));
  done = true;
  for (auto& reader : readers) reader.join();
}

// A reader that begins while two commits pass would see the second's tables under the first's
// number.
TEST_F(LmdbStoreTest, AReaderSeesOneCommitHoweverManyPassWhileItBegins) {
  auto with = options();
  with.durability = Durability::rebuildable;  // the quickest commits
  auto store = std::move(*open(with));
  ASSERT_TRUE(put(*store, 0, 8));
  std::atomic<bool> done = false;
  std::vector<std::thread> readers;
  for (int i = 0; i < 8; ++i) {
    readers.emplace_back([&] {
      while (!done) {
        const auto tx = store->begin_read();
        ASSERT_TRUE(tx);
        ASSERT_TRUE((*tx)->get(kTable, key_of(0)));
      }
    });
  }
  for (std::uint64_t n = 0; n < 3'000 && !HasFailure(); ++n) {
    auto tx = std::move(*store->begin_write());
    EXPECT_TRUE(tx->put(kTable, key_of(0), Bytes(8)));
    EXPECT_TRUE(tx->commit());
  }
  done = true;
  for (auto& reader : readers) reader.join();
}

TEST_F(LmdbStoreTest, AMapFilledByOneTransactionIsToldAndHarmless) {
  auto with = options();
  with.map_bytes_max = 2 * kMiB;
  auto store = std::move(*open(with));
  ASSERT_TRUE(put(*store, 0, 100));
  auto tx = store->begin_write();
  std::expected<void, Error> result;
  for (std::uint64_t n = 1; n < 100 && result; ++n) {
    result = (*tx)->append(kTable, key_of(n), Bytes(kMiB / 10));
  }
  EXPECT_EQ(result.error(), Error::map_full);
  EXPECT_EQ((*tx)->put(kTable, key_of(1), {}).error(), Error::map_full);
  EXPECT_EQ((*tx)->get(kTable, key_of(0)).error(), Error::map_full);
  EXPECT_EQ((*tx)->commit().error(), Error::map_full);
  tx->reset();
  EXPECT_FALSE(store->halted());
  EXPECT_EQ(count(*store), 1u);
  EXPECT_TRUE(put(*store, 1, 100, 0));
}

TEST_F(LmdbStoreTest, AFullDiskIsToldBeforeTheTransactionBegins) {
  auto store = open();
  ASSERT_TRUE(put(*store, 0, 100));
  {
    const test::FileSizeLimit limit(std::filesystem::file_size(data()));
    EXPECT_EQ(store->begin_write(16 * kMiB).error(), Error::disk_full);
    EXPECT_FALSE(store->halted());
    EXPECT_EQ(count(*store), 1u);
  }
  EXPECT_TRUE(put(*store, 1, 100, 16 * kMiB));
}

TEST_F(LmdbStoreTest, ADiskThatFillsWithinACommitRefusesItAndRecovers) {
  auto store = open();
  ASSERT_TRUE(put(*store, 0, 100));
  const auto size = std::filesystem::file_size(data());
  {
    // Cut off in the middle of the run of pages, so that LMDB sees a short write.
    const test::FileSizeLimit limit(size + 4096 * 3 + 100);
    EXPECT_EQ(put(*store, 1, 8 * kMiB, 0).error(), Error::disk_full);
    EXPECT_FALSE(store->halted());
    EXPECT_EQ(count(*store), 1u);
  }
  EXPECT_TRUE(put(*store, 1, 8 * kMiB, 0));
  store.reset();
  store = open();
  EXPECT_EQ(count(*store), 2u);
}

TEST_F(LmdbStoreTest, OpensForReadingOnAFullDisk) {
  ASSERT_TRUE(put(*open(), 0, 100));
  const test::FileSizeLimit limit(0);
  auto store = open();
  ASSERT_TRUE(store);
  EXPECT_EQ(count(*store), 1u);
}

TEST_F(LmdbStoreTest, ACommitWithoutAKnownOutcomeHalts) {
  auto store = open();
  ASSERT_TRUE(put(*store, 0, 100));
  auto tx = store->begin_write();
  ASSERT_TRUE((*tx)->append(kTable, key_of(1), Bytes(100)));
  // The disk goes away: every descriptor of the data file now leads to one that cannot be written.
  std::vector<std::pair<int, int>> saved;
  const int broken = ::open("/dev/null", O_RDONLY);
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    if (std::filesystem::read_symlink(entry.path(), gone) != data() || gone) continue;
    const int fd = std::stoi(entry.path().filename());
    saved.emplace_back(fd, ::dup(fd));
  }
  ASSERT_GE(saved.size(), 2u);
  for (const auto& [fd, copy] : saved) ::dup2(broken, fd);
  EXPECT_EQ((*tx)->commit().error(), Error::outcome_unknown);
  for (const auto& [fd, copy] : saved) {
    ::dup2(copy, fd);
    ::close(copy);
  }
  ::close(broken);
  EXPECT_EQ(told_, data().native());
  // The disk is back, but what it holds is not known: nothing more is written, reads go on.
  EXPECT_TRUE(store->halted());
  EXPECT_EQ(store->begin_write().error(), Error::halted);
  EXPECT_EQ(store->ensure_room(1).error(), Error::halted);
  EXPECT_GE(count(*store), 1u);
  tx->reset();
  store.reset();
  store = open();
  EXPECT_TRUE(put(*store, 2, 100));
}

// Whatever it says: that the pages are written and only the sync found no room is no comfort.
TEST_F(LmdbStoreTest, AFailedSyncIsOfUnknownOutcome) {
  for (const int error_number : {ENOSPC, EDQUOT, EIO}) {
    for (const bool full : {false, true}) {
      std::filesystem::remove_all(path());
      told_.clear();
      auto store = open();
      ASSERT_TRUE(put(*store, 0, 100));
      {
        // Full for whoever wants more; what this commit writes was reserved before.
        std::optional<test::FileSizeLimit> limit;
        if (full) limit.emplace(std::filesystem::file_size(data()));
        const test::FailingSync failing(data().native(), error_number);
        EXPECT_EQ(put(*store, 1, 100, 0).error(), Error::outcome_unknown)
            << error_number << " " << full;
        EXPECT_GE(failing.failed(), 1);
      }
      EXPECT_TRUE(store->halted());
      EXPECT_EQ(told_, data().native());
      EXPECT_EQ(put(*store, 1, 100).error(), Error::halted);
      store.reset();
      store = open();
      EXPECT_TRUE(put(*store, 1, 100));
    }
  }
}

TEST_F(LmdbStoreTest, UnlessToldOtherwiseAnUnknownOutcomeEndsTheProcess) {
  const auto write_on = [&] {
    auto with = options();
    with.on_unknown_outcome = Options{}.on_unknown_outcome;
    auto store = open(with);
    const test::FailingSync failing(data().native(), EIO);
    static_cast<void>(put(**store, 0, 100));
    std::_Exit(0);  // it went on
  };
  EXPECT_EXIT(write_on(), testing::ExitedWithCode(kUnknownOutcomeStatus), "");
}

TEST_F(LmdbStoreTest, DamageToTheFileIsRefused) {
  struct Row {
    std::string what;
    Error error;
    std::function<void(const std::filesystem::path&)> damage;
    bool create = false;
  };
  const auto overwrite = [](std::uint64_t at, std::size_t count) {
    return [=](const std::filesystem::path& file) {
      std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
      stream.seekp(static_cast<std::streamoff>(at));
      stream << std::string(count, '\x99');
    };
  };
  const auto cut = [](std::uint64_t bytes) {
    return [=](const std::filesystem::path& file) { std::filesystem::resize_file(file, bytes); };
  };
  const Row rows[] = {
      {"meta pages overwritten", Error::corrupt, overwrite(0, 8192), true},
      {"a header cut", Error::corrupt, cut(100), true},
      {"pages cut off", Error::corrupt, cut(20'000), true},
      {"emptied", Error::corrupt, cut(0)},
  };
  for (const auto& row : rows) {
    std::filesystem::remove_all(path());
    ASSERT_TRUE(put(*open(), 0, 100'000)) << row.what;
    row.damage(data());
    auto with = options();
    with.create = row.create;
    const auto store = open(with);
    ASSERT_FALSE(store) << row.what;
    EXPECT_EQ(store.error(), row.error) << row.what << " " << name(store.error());
  }
}

TEST_F(LmdbStoreTest, ASecondProcessIsRefused) {
  const auto store = open();
  const pid_t child = ::fork();
  if (child == 0) {
    const auto second = open_lmdb_store(path(), clock_, options());
    ::_exit(!second && second.error() == Error::locked ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST_F(LmdbStoreTest, SurvivesAKillWithinATransaction) {
  ASSERT_TRUE(put(*open(), 0, 100));
  const pid_t child = ::fork();
  if (child == 0) {
    const auto store = open_lmdb_store(path(), clock_, options());
    if (!store || !put(**store, 1, 100)) ::_exit(1);
    auto tx = (*store)->begin_write();
    if (!tx || !(*tx)->append(kTable, key_of(2), Bytes(100))) ::_exit(1);
    ::_exit(0);  // as a kill: nothing is closed, LMDB's writer lock is held
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  auto store = open();
  EXPECT_EQ(count(*store), 2u);
  EXPECT_TRUE(put(*store, 2, 100));
}

TEST_F(LmdbStoreTest, TellsItsFreePages) {
  auto store = open();
  ASSERT_TRUE(put(*store, 0, 4 * kMiB));
  auto tx = store->begin_write();
  ASSERT_TRUE((*tx)->clear(kTable));
  ASSERT_TRUE((*tx)->commit());
  const auto stat = store->stat();
  EXPECT_GE(stat->free_bytes, 4 * kMiB);
  EXPECT_GE(stat->used_bytes, stat->free_bytes);
}

TEST_F(LmdbStoreTest, RebuildableStoresAreConsistentToo) {
  auto with = options();
  with.durability = Durability::rebuildable;
  {
    auto store = std::move(*open(with));
    ASSERT_TRUE(put(*store, 0, 100));
  }
  EXPECT_EQ(count(**open(with)), 1u);
}

TEST_F(LmdbStoreTest, ADirectoryThatMayNotBeMadeIsSaid) {
  std::ofstream(directory_ / "a") << "a file";
  EXPECT_EQ(open(options()).error(), Error::invalid);
}

class LmdbCopyTest : public LmdbStoreTest {
 protected:
  std::filesystem::path copy_path() const { return directory_ / "copies" / "one"; }
};

TEST_F(LmdbCopyTest, ACopyIsTheSnapshotAndAStoreOfItsOwn) {
  const auto store = open();
  for (std::uint64_t n = 0; n < 300; ++n) ASSERT_TRUE(put(*store, n, 9'000));
  const auto bytes = store->copy_to(copy_path(), {});
  ASSERT_TRUE(bytes) << name(bytes.error());
  EXPECT_EQ(*bytes, std::filesystem::file_size(copy_path() / "data.mdb"));
  ASSERT_TRUE(put(*store, 300, 10));  // after the copy
  auto with = options();
  with.create = false;
  const auto copy = open_lmdb_store(copy_path(), clock_, with);
  ASSERT_TRUE(copy) << name(copy.error());
  EXPECT_EQ(count(**copy), 300u);
  EXPECT_TRUE(put(**copy, 300, 20));
  EXPECT_EQ(count(*store), 301u);
  EXPECT_EQ(store->copy_to(copy_path(), {}).error(), Error::invalid);
}

TEST_F(LmdbCopyTest, WritingGoesOnAndTheMapNeedNotGrow) {
  auto patient = options();
  patient.growth_wait = std::chrono::seconds(10);
  const auto opened = open(patient);
  ASSERT_TRUE(opened);
  const auto& store = *opened;
  for (std::uint64_t n = 0; n < 200; ++n) ASSERT_TRUE(put(*store, n, 40'000));
  const auto before = count(*store);
  std::atomic<bool> done = false;
  std::jthread copier([&] {
    EXPECT_TRUE(store->copy_to(copy_path(), {std::uint64_t{40} << 20, {}}));
    done = true;
  });
  // Twice what the map was; it would be `busy` if a reader stood in the way of growth.
  auto n = before;
  while (!done && n < before + 300) ASSERT_TRUE(put(*store, n++, 40'000));
  copier.join();
  auto with = options();
  with.create = false;
  const auto copy = open_lmdb_store(copy_path(), clock_, with);
  ASSERT_TRUE(copy) << name(copy.error());
  EXPECT_GE(count(**copy), before);
  EXPECT_LE(count(**copy), n);
}

TEST_F(LmdbCopyTest, ACopyCanBeStoppedAndFails) {
  const auto store = open();
  for (std::uint64_t n = 0; n < 50; ++n) ASSERT_TRUE(put(*store, n, 40'000));
  std::stop_source stop;
  stop.request_stop();
  const auto stopped = store->copy_to(copy_path(), {0, stop.get_token()});
  EXPECT_EQ(stopped.error(), Error::busy);
  const test::FileSizeLimit limit(64 * 1024);
  const auto full = store->copy_to(directory_ / "copies" / "two", {});
  EXPECT_EQ(full.error(), Error::disk_full);
}

// What is behind erased entries says what is before them, so it is written anew: once for them all.
TEST_F(LmdbStoreTest, ErasingManyEntriesWritesOneAnew) {
  auto with = options();
  with.map_bytes = 64 * kMiB;
  const auto store = open(with);
  ASSERT_TRUE(store);
  for (std::uint64_t n = 0; n < 40; ++n) ASSERT_TRUE(put(**store, n, kMiB / 2));
  const auto before = (*store)->stat()->used_bytes;
  {
    auto write = (*store)->begin_write(4'096);
    ASSERT_TRUE(write) << name(write.error());
    ASSERT_EQ(*erase_range(**write, kTable, {key_of(5), key_of(35)}, 100), 30u);
    ASSERT_TRUE((*write)->commit());
  }
  EXPECT_EQ(count(**store), 10u);
  EXPECT_LT((*store)->stat()->used_bytes, before + kMiB * 3 / 4) << "one value of half a MiB";
  const auto read = (*store)->begin_read();
  std::vector<std::uint64_t> left;
  ASSERT_TRUE(for_each(**read, kTable, {}, Direction::forward, [&](const Entry& entry) {
    left.push_back(read_be<std::uint64_t>(entry.key));
    return true;
  })) << "the links fit";
  EXPECT_EQ(left, (std::vector<std::uint64_t>{0, 1, 2, 3, 4, 35, 36, 37, 38, 39}));
}

TEST_F(LmdbStoreTest, ARunOfEntriesThatDoNotFollowOnEachOtherIsRefused) {
  const auto store = open();
  for (std::uint64_t n = 0; n < 9; ++n) ASSERT_TRUE(put(*store, n, 10));
  auto write = store->begin_write();
  const std::vector<Bytes> missing{key_of(20), key_of(21)};
  EXPECT_EQ((*write)->erase_run(kTable, missing).error(), Error::not_found);
  const std::vector<Bytes> apart{key_of(2), key_of(4)};
  EXPECT_EQ((*write)->erase_run(kTable, apart).error(), Error::corrupt);
  EXPECT_FALSE((*write)->commit()) << "part of it was done";
  write->reset();
  EXPECT_EQ(count(*store), 9u);
}

// At the bound of the map, erased pages are room: a store that is pruned is written to again.
TEST_F(LmdbStoreTest, AtItsBoundWhatWasErasedIsRoom) {
  auto with = options();
  with.map_bytes = with.map_bytes_max = 8 * kMiB;
  const auto store = open(with);
  ASSERT_TRUE(store);
  std::uint64_t n = 0;
  std::expected<void, Error> done;
  while (done) done = put(**store, n++, 40'000);
  ASSERT_EQ(done.error(), Error::map_full);
  {
    auto write = (*store)->begin_write(4'096);
    ASSERT_TRUE(write) << name(write.error());
    ASSERT_EQ(*erase_range(**write, kTable, {}, 100), 100u);
    ASSERT_TRUE((*write)->commit());
  }
  for (int round = 0; round < 3; ++round) {
    const auto again = put(**store, n++, 40'000);
    EXPECT_TRUE(again) << name(again.error());
  }
}

}  // namespace
}  // namespace tally::storage
