#include "storage/scan.hpp"

#include <gtest/gtest.h>

#include "storage/memory_store.hpp"

namespace tally::storage {
namespace {

TEST(Scan, PrefixEnd) {
  struct Row {
    Bytes prefix, end;
  };
  const Row rows[] = {
      {{}, {}},           {{0x00}, {0x01}},       {{0x61, 0x62}, {0x61, 0x63}}, {{0xff}, {}},
      {{0xff, 0xff}, {}}, {{0x01, 0xff}, {0x02}}, {{0xfe, 0xff, 0xff}, {0xff}},
  };
  for (const auto& row : rows) EXPECT_EQ(prefix_end(row.prefix), row.end) << to_hex(row.prefix);
}

TEST(Scan, AVisitorCanStop) {
  MemoryDisk disk;
  ManualClock clock(0);
  Options options;
  options.tables = {"t"};
  options.identity.kind = "test";
  options.create = true;
  const auto store = open_memory_store(disk, clock, options);
  auto tx = (*store)->begin_write();
  for (const auto key : {"a", "b", "c"}) ASSERT_TRUE((*tx)->put(Table{0}, as_bytes(key), {}));
  std::string seen;
  ASSERT_TRUE(for_each(**tx, Table{0}, {}, Direction::forward, [&](const Entry& entry) {
    seen += as_text(entry.key);
    return seen.size() < 2;
  }));
  EXPECT_EQ(seen, "ab");
}

TEST(Scan, ErasesMoreThanOneBatch) {
  MemoryDisk disk;
  ManualClock clock(0);
  Options options;
  options.tables = {"t"};
  options.identity.kind = "test";
  options.create = true;
  const auto store = open_memory_store(disk, clock, options);
  auto tx = (*store)->begin_write();
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    Bytes key;
    append_be(key, i);
    ASSERT_TRUE((*tx)->append(Table{0}, key, {}));
  }
  EXPECT_EQ(*erase_range(**tx, Table{0}, {}, 9'999), 9'999u);
  EXPECT_EQ(*(*tx)->count(Table{0}), 1u);
}

}  // namespace
}  // namespace tally::storage
