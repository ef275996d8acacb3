// The contract of store.hpp, asked of each implementation.
#include "storage/store.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "storage/lmdb_store.hpp"
#include "storage/memory_store.hpp"
#include "storage/scan.hpp"
#include "unit/storage/temporary_directory.hpp"

namespace tally::storage {
namespace {

constexpr Table kNames{0};
constexpr Table kNumbers{1};

/// A place where stores live: what survives when one is closed.
class Place {
 public:
  virtual ~Place() = default;
  virtual std::expected<std::unique_ptr<Store>, Error> open(const Options& options) = 0;

 protected:
  ManualClock clock_{1'000'000};

 public:
  ManualClock& clock() { return clock_; }
};

class LmdbPlace final : public Place {
 public:
  std::expected<std::unique_ptr<Store>, Error> open(const Options& options) override {
    return open_lmdb_store(directory_ / "store", clock_, options);
  }

 private:
  test::TemporaryDirectory directory_;
};

class MemoryPlace final : public Place {
 public:
  std::expected<std::unique_ptr<Store>, Error> open(const Options& options) override {
    return open_memory_store(disk_, clock_, options);
  }

 private:
  MemoryDisk disk_;
};

Options options() {
  Options out;
  out.tables = {"names", "numbers"};
  out.identity = {"test", 2, Hash32{7}};
  out.create = true;
  out.readers_max = 3;
  out.growth_wait = std::chrono::milliseconds(1);
  return out;
}

struct Kind {
  std::string name;
  std::unique_ptr<Place> (*make)();
};

class StoreTest : public testing::TestWithParam<Kind> {
 protected:
  void SetUp() override { place_ = GetParam().make(); }

  std::unique_ptr<Store> open(const Options& with = options()) {
    auto store = place_->open(with);
    EXPECT_TRUE(store) << (store ? "" : name(store.error()));
    return store ? std::move(*store) : nullptr;
  }

  static void put(Store& store, std::initializer_list<std::string_view> keys) {
    auto tx = store.begin_write();
    ASSERT_TRUE(tx);
    for (const auto key : keys) {
      ASSERT_TRUE((*tx)->put(kNames, as_bytes(key), as_bytes(std::string("=") + std::string(key))));
    }
    ASSERT_TRUE((*tx)->commit());
  }

  static std::string listing(const ReadTransaction& tx, std::string_view first = "",
                             std::string_view end = "", Direction direction = Direction::forward) {
    std::string out;
    EXPECT_TRUE(
        for_each(tx, kNames, {as_bytes(first), as_bytes(end)}, direction, [&](const Entry& entry) {
          EXPECT_EQ(as_text(entry.value), "=" + std::string(as_text(entry.key)));
          out += std::string(as_text(entry.key)) + " ";
          return true;
        }));
    return out;
  }

  std::unique_ptr<Place> place_;
};

TEST_P(StoreTest, KeepsWhatWasCommittedOverARestart) {
  auto store = open();
  put(*store, {"b", "a"});
  store.reset();
  auto again = options();
  again.create = false;
  store = open(again);
  const auto tx = store->begin_read();
  ASSERT_TRUE(tx);
  EXPECT_EQ(as_text(*(*tx)->get(kNames, as_bytes("a"))), "=a");
  EXPECT_EQ((*tx)->get(kNumbers, as_bytes("a")).error(), Error::not_found);
  EXPECT_EQ(*(*tx)->count(kNames), 2u);
}

TEST_P(StoreTest, DiscardsWhatWasNotCommitted) {
  auto store = open();
  put(*store, {"a"});
  {
    auto tx = store->begin_write();
    ASSERT_TRUE((*tx)->put(kNames, as_bytes("b"), as_bytes("=b")));
    ASSERT_TRUE((*tx)->erase(kNames, as_bytes("a")));
    EXPECT_EQ(listing(**tx), "b ");
  }
  EXPECT_EQ(listing(**store->begin_read()), "a ");
}

TEST_P(StoreTest, ASnapshotDoesNotMove) {
  auto store = open();
  put(*store, {"a"});
  const auto before = store->begin_read();
  put(*store, {"b"});
  EXPECT_EQ(listing(**before), "a ");
  EXPECT_EQ(listing(**store->begin_read()), "a b ");
}

TEST_P(StoreTest, WalksRangesBothWays) {
  auto store = open();
  put(*store, {"a", "b", "ba", "c", "d"});
  const auto tx = store->begin_read();
  struct Row {
    std::string_view first, end;
    std::string forward, backward;
  };
  const Row rows[] = {
      {"", "", "a b ba c d ", "d c ba b a "},  //
      {"b", "", "b ba c d ", "d c ba b "},     //
      {"", "c", "a b ba ", "ba b a "},         //
      {"b", "c", "b ba ", "ba b "},            //
      {"aa", "bz", "b ba ", "ba b "},          // bounds that are not keys
      {"e", "", "", ""},                       // behind all
      {"", "a", "", ""},                       // before all
      {"", "zz", "a b ba c d ", "d c ba b a "},
      {"c", "c", "", ""},  // empty
      {"d", "b", "", ""},  // turned round
  };
  for (const auto& row : rows) {
    const auto what = std::string(row.first) + ".." + std::string(row.end);
    EXPECT_EQ(listing(**tx, row.first, row.end), row.forward) << what;
    EXPECT_EQ(listing(**tx, row.first, row.end, Direction::backward), row.backward) << what;
  }
}

TEST_P(StoreTest, AnEmptyTableIsAnEmptyRange) {
  auto store = open();
  const auto tx = store->begin_read();
  EXPECT_EQ(listing(**tx), "");
  EXPECT_EQ(listing(**tx, "a", "b", Direction::backward), "");
  EXPECT_EQ(first_entry(**tx, kNames).error(), Error::not_found);
  EXPECT_EQ(*(*tx)->count(kNames), 0u);
}

TEST_P(StoreTest, ACursorKeepsItsBoundsAndEndsOnce) {
  auto store = open();
  put(*store, {"a", "b"});
  const auto tx = store->begin_read();
  std::expected<std::unique_ptr<Cursor>, Error> cursor = std::unexpected(Error::io);
  {
    const Bytes end{'b'};
    cursor = (*tx)->scan(kNames, {{}, end});
  }
  EXPECT_EQ(as_text((**(*cursor)->next()).key), "a");
  EXPECT_FALSE((*cursor)->next()->has_value());
  EXPECT_FALSE((*cursor)->next()->has_value());
}

TEST_P(StoreTest, FindsTheFirstAndTheLast) {
  auto store = open();
  put(*store, {"a", "b", "c"});
  const auto tx = store->begin_read();
  EXPECT_EQ(as_text(first_entry(**tx, kNames)->key), "a");
  EXPECT_EQ(as_text(first_entry(**tx, kNames, {}, Direction::backward)->key), "c");
  EXPECT_EQ(as_text(first_entry(**tx, kNames, {{}, as_bytes("c")}, Direction::backward)->key), "b");
}

TEST_P(StoreTest, AppendsInOrderOnly) {
  auto store = open();
  auto tx = store->begin_write();
  ASSERT_TRUE((*tx)->append(kNames, as_bytes("b"), as_bytes("=b")));
  EXPECT_EQ((*tx)->append(kNames, as_bytes("b"), as_bytes("=b")).error(), Error::out_of_order);
  EXPECT_EQ((*tx)->append(kNames, as_bytes("a"), as_bytes("=a")).error(), Error::out_of_order);
  EXPECT_EQ((*tx)->append(kNames, {}, as_bytes("=a")).error(), Error::invalid);
  // A refused append leaves the transaction usable.
  ASSERT_TRUE((*tx)->append(kNames, as_bytes("c"), as_bytes("=c")));
  ASSERT_TRUE((*tx)->commit());
  EXPECT_EQ(listing(**store->begin_read()), "b c ");
}

TEST_P(StoreTest, ReplacesErasesAndClears) {
  auto store = open();
  put(*store, {"a", "b", "c"});
  auto tx = store->begin_write();
  ASSERT_TRUE((*tx)->put(kNumbers, as_bytes("n"), {}));
  ASSERT_TRUE((*tx)->put(kNumbers, as_bytes("n"), as_bytes("2")));
  EXPECT_EQ(*(*tx)->count(kNumbers), 1u);
  ASSERT_TRUE((*tx)->erase(kNames, as_bytes("b")));
  EXPECT_EQ((*tx)->erase(kNames, as_bytes("b")).error(), Error::not_found);
  EXPECT_EQ(listing(**tx), "a c ");
  ASSERT_TRUE((*tx)->clear(kNames));
  EXPECT_EQ(*(*tx)->count(kNames), 0u);
  ASSERT_TRUE((*tx)->commit());
  const auto read = store->begin_read();
  EXPECT_EQ(listing(**read), "");
  EXPECT_EQ(as_text(*(*read)->get(kNumbers, as_bytes("n"))), "2");
}

// The only order of its state changes it: the table is empty for a moment.
TEST_P(StoreTest, AnEmptiedTableTakesTheNextEntry) {
  auto store = open();
  put(*store, {"a"});
  auto tx = store->begin_write();
  for (const auto& [gone, next] : {std::pair{"a", "b"}, {"b", "a"}, {"a", "c"}}) {
    ASSERT_TRUE((*tx)->erase(kNames, as_bytes(gone)));
    ASSERT_TRUE((*tx)->put(kNames, as_bytes(next), as_bytes("=")));
    EXPECT_TRUE((*tx)->get(kNames, as_bytes(next)));
  }
  ASSERT_TRUE((*tx)->commit());
  EXPECT_EQ(as_text(*(*store->begin_read())->get(kNames, as_bytes("c"))), "=");
  EXPECT_EQ(*(*store->begin_read())->count(kNames), 1u);
}

TEST_P(StoreTest, ErasesARangeUpToACount) {
  auto store = open();
  put(*store, {"a", "b", "c", "d", "e"});
  auto tx = store->begin_write();
  EXPECT_EQ(*erase_range(**tx, kNames, {as_bytes("b"), as_bytes("e")}, 2), 2u);
  EXPECT_EQ(listing(**tx), "a d e ");
  EXPECT_EQ(*erase_range(**tx, kNames, {as_bytes("b"), as_bytes("e")}, 9), 1u);
  EXPECT_EQ(*erase_range(**tx, kNames, {as_bytes("b"), as_bytes("e")}, 9), 0u);
  EXPECT_EQ(*erase_range(**tx, kNames, {}, 0), 0u);
  ASSERT_TRUE((*tx)->commit());
  EXPECT_EQ(listing(**store->begin_read()), "a e ");
}

TEST_P(StoreTest, KeysHaveLimits) {
  auto store = open();
  const Bytes longest(kKeyBytesMax, 'k');
  const Bytes too_long(kKeyBytesMax + 1, 'k');
  auto tx = store->begin_write();
  ASSERT_TRUE((*tx)->put(kNames, longest, {}));
  for (const ByteView key : {ByteView(), ByteView(too_long)}) {
    EXPECT_EQ((*tx)->put(kNames, key, {}).error(), Error::invalid);
    EXPECT_EQ((*tx)->append(kNames, key, {}).error(), Error::invalid);
    EXPECT_EQ((*tx)->erase(kNames, key).error(), Error::invalid);
    EXPECT_EQ((*tx)->get(kNames, key).error(), Error::invalid);
  }
  ASSERT_TRUE((*tx)->commit());
  EXPECT_TRUE((*store->begin_read())->get(kNames, longest)->empty());
}

TEST_P(StoreTest, BoundsReadersAndTellsTheirAge) {
  auto store = open();
  auto first = store->begin_read();
  place_->clock().advance(40);
  EXPECT_EQ((*first)->age_ms(), 40u);
  auto second = store->begin_read();
  EXPECT_EQ(store->stat()->readers, 2u);
  EXPECT_EQ(store->stat()->oldest_reader_ms, 40u);
  auto third = store->begin_read();
  ASSERT_TRUE(first && second && third);
  EXPECT_EQ(store->begin_read().error(), Error::busy);
  first->reset();
  EXPECT_TRUE(store->begin_read());
}

TEST_P(StoreTest, RefusesASecondOpen) {
  auto store = open();
  EXPECT_EQ(place_->open(options()).error(), Error::locked);
  store.reset();
  EXPECT_TRUE(place_->open(options()));
}

TEST_P(StoreTest, RefusesWhatBelongsToOthers) {
  auto absent = options();
  absent.create = false;
  EXPECT_EQ(place_->open(absent).error(), Error::not_found);
  open();
  struct Row {
    Identity identity;
    Error error;
  };
  const Row rows[] = {
      {{"views", 1, Hash32{8}}, Error::wrong_kind},
      {{"test", 1, Hash32{8}}, Error::wrong_network},
      {{"test", 1, Hash32{7}}, Error::newer_format},
      {{"test", 3, Hash32{7}}, Error::older_format},
  };
  for (const auto& row : rows) {
    auto other = options();
    other.identity = row.identity;
    EXPECT_EQ(place_->open(other).error(), row.error) << name(row.error);
  }
  EXPECT_TRUE(place_->open(options()));
}

TEST_P(StoreTest, TablesCanBeAdded) {
  auto store = open();
  put(*store, {"a"});
  store.reset();
  auto more = options();
  more.tables.push_back("later");
  store = open(more);
  auto tx = store->begin_write();
  ASSERT_TRUE((*tx)->put(Table{2}, as_bytes("x"), as_bytes("y")));
  EXPECT_EQ(listing(**tx), "a ");
  ASSERT_TRUE((*tx)->commit());
}

TEST_P(StoreTest, AReaderMayMoveBetweenThreads) {
  auto store = open();
  put(*store, {"a"});
  auto tx = store->begin_read();
  std::thread([moved = std::move(*tx)] { EXPECT_EQ(listing(*moved), "a "); }).join();
  EXPECT_EQ(store->stat()->readers, 0u);
}

TEST_P(StoreTest, WritersFollowEachOther) {
  auto with = options();
  with.growth_wait = std::chrono::milliseconds(60'000);
  auto store = open(with);
  std::vector<std::thread> writers;
  for (int w = 0; w < 4; ++w) {
    writers.emplace_back([&] {
      for (int i = 0; i < 25; ++i) {
        auto tx = store->begin_write();
        ASSERT_TRUE(tx);
        const auto old = (*tx)->get(kNumbers, as_bytes("n"));
        const auto n = old ? read_be<std::uint32_t>(*old) : 0;
        Bytes next;
        append_be(next, n + 1);
        ASSERT_TRUE((*tx)->put(kNumbers, as_bytes("n"), next));
        ASSERT_TRUE((*tx)->commit());
      }
    });
  }
  for (auto& writer : writers) writer.join();
  const auto tx = store->begin_read();
  EXPECT_EQ(read_be<std::uint32_t>(*(*tx)->get(kNumbers, as_bytes("n"))), 100u);
}

TEST_P(StoreTest, SaysWhenItsBoundIsReached) {
  auto with = options();
  with.map_bytes = with.map_bytes_max = std::size_t{2} << 20;
  auto store = open(with);
  EXPECT_EQ(store->ensure_room(std::size_t{3} << 20).error(), Error::map_full);
  EXPECT_EQ(store->begin_write(std::size_t{3} << 20).error(), Error::map_full);
  EXPECT_FALSE(store->halted());
  put(*store, {"a"});
}

TEST_P(StoreTest, MisuseIsABugAndStopsTheProcess) {
  auto store = open();
  put(*store, {"a"});
  const auto misuse = [&](int which) {
    auto tx = *store->begin_write();
    auto cursor = *tx->scan(kNames);
    if (which == 0) (void)tx->put(kNames, as_bytes("b"), {});
    if (which == 1) (void)tx->commit();
    if (which == 2) (void)tx->get(Table{2}, as_bytes("a"));
    if (which == 3) (void)store->begin_write();
  };
  for (int which = 0; which < 4; ++which) {
    EXPECT_DEATH(misuse(which), "CHECK failed") << which;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Stores, StoreTest,
    testing::Values(
        Kind{"Lmdb", [] { return std::unique_ptr<Place>(std::make_unique<LmdbPlace>()); }},
        Kind{"Memory", [] { return std::unique_ptr<Place>(std::make_unique<MemoryPlace>()); }}),
    [](const auto& kind) { return kind.param.name; });

}  // namespace
}  // namespace tally::storage
