// The faults that a MemoryDisk can be told to have; the contract itself is in store_test.cpp.
#include "storage/memory_store.hpp"

#include <gtest/gtest.h>

namespace tally::storage {
namespace {

constexpr Table kTable{0};

class MemoryStoreTest : public testing::Test {
 protected:
  std::unique_ptr<Store> open() {
    Options options;
    options.tables = {"t"};
    options.identity.kind = "test";
    options.create = true;
    options.on_unknown_outcome = [this](std::string_view where) { told_ += where; };
    return std::move(*open_memory_store(disk_, clock_, options));
  }
  static std::expected<void, Error> put(Store& store, std::string_view key) {
    auto tx = store.begin_write(0);
    if (!tx) return std::unexpected(tx.error());
    if (const auto done = (*tx)->put(kTable, as_bytes(key), as_bytes(key)); !done) return done;
    return (*tx)->commit();
  }
  static bool has(Store& store, std::string_view key) {
    return (*store.begin_read())->get(kTable, as_bytes(key)).has_value();
  }

  std::string told_;
  MemoryDisk disk_;
  ManualClock clock_{0};
};

TEST_F(MemoryStoreTest, AnUnknownOutcomeHaltsUntilRestart) {
  for (const bool takes_effect : {false, true}) {
    const std::string key = takes_effect ? "there" : "not there";
    auto store = open();
    disk_.set_commit_fault([&] { return CommitFault{Error::outcome_unknown, takes_effect}; });
    EXPECT_EQ(put(*store, key).error(), Error::outcome_unknown);
    EXPECT_EQ(std::exchange(told_, {}), "test");
    disk_.set_commit_fault({});
    EXPECT_TRUE(store->halted());
    EXPECT_EQ(put(*store, "other").error(), Error::halted);
    EXPECT_EQ(store->ensure_room(0).error(), Error::halted);
    EXPECT_TRUE(store->begin_read());
    store.reset();
    store = open();
    EXPECT_EQ(has(*store, key), takes_effect);
    EXPECT_TRUE(put(*store, "other"));
  }
}

TEST_F(MemoryStoreTest, AFullDiskRefusesAndRecovers) {
  auto store = open();
  disk_.set_commit_fault([] { return CommitFault{Error::disk_full}; });
  EXPECT_EQ(put(*store, "a").error(), Error::disk_full);
  EXPECT_FALSE(has(*store, "a"));
  EXPECT_FALSE(store->halted());
  disk_.set_commit_fault({});
  EXPECT_TRUE(put(*store, "a"));
  disk_.set_capacity(1);
  EXPECT_EQ(put(*store, "b").error(), Error::disk_full);
  disk_.set_capacity(1000);
  EXPECT_TRUE(put(*store, "b"));
}

TEST_F(MemoryStoreTest, CountsItsBytes) {
  auto store = open();
  ASSERT_TRUE(put(*store, "abc"));
  EXPECT_EQ(store->stat()->used_bytes, 6u);
  ASSERT_TRUE(put(*store, "abc"));
  EXPECT_EQ(store->stat()->used_bytes, 6u);
  auto tx = store->begin_write();
  ASSERT_TRUE((*tx)->erase(kTable, as_bytes("abc")));
  ASSERT_TRUE((*tx)->commit());
  EXPECT_EQ(store->stat()->used_bytes, 0u);
}

}  // namespace
}  // namespace tally::storage
