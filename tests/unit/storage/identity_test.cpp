#include "storage/identity.hpp"

#include <gtest/gtest.h>

namespace tally::storage {
namespace {

Identity journal() { return {"journal", 3, Hash32{1, 2, 3}}; }

TEST(StorageIdentity, FormatIsFrozen) {
  EXPECT_EQ(to_hex(encode_identity({"views", 2, Hash32{0xaa}})),
            "e35de21f"
            "00000002"
            "aa00000000000000000000000000000000000000000000000000000000000000"
            "7669657773");
}

TEST(StorageIdentity, RefusesEachMismatchInOrder) {
  struct Row {
    std::string what;
    Identity stored;
    std::optional<Error> error;
  };
  // Each row also holds the faults of the rows after it.
  const Row rows[] = {
      {"another kind", {"views", 9, Hash32{9}}, Error::wrong_kind},
      {"another network", {"journal", 9, Hash32{9}}, Error::wrong_network},
      {"newer", {"journal", 4, Hash32{1, 2, 3}}, Error::newer_format},
      {"older", {"journal", 2, Hash32{1, 2, 3}}, Error::older_format},
      {"the same", journal(), std::nullopt},
  };
  for (const auto& row : rows) {
    const auto result = check_identity(journal(), encode_identity(row.stored));
    EXPECT_EQ(result.has_value(), !row.error) << row.what;
    if (row.error && !result) {
      EXPECT_EQ(result.error(), *row.error) << row.what;
    }
  }
}

TEST(StorageIdentity, EveryFlippedBitAndEveryCutIsCorrupt) {
  const auto record = encode_identity(journal());
  for (std::size_t bit = 0; bit < record.size() * 8; ++bit) {
    auto bad = record;
    bad[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    EXPECT_EQ(check_identity(journal(), bad).error(), Error::corrupt) << bit;
  }
  for (std::size_t size = 0; size < record.size(); ++size) {
    EXPECT_EQ(check_identity(journal(), ByteView(record).first(size)).error(), Error::corrupt);
  }
}

TEST(StorageIdentity, OptionsHaveLimits) {
  const auto good = [] {
    Options options;
    options.tables = {"a", "b"};
    options.identity = journal();
    return options;
  };
  EXPECT_TRUE(check_options(good()));
  std::vector<Options> bad(9, good());
  bad[0].tables = {};
  for (std::size_t i = 0; i < kTablesMax; ++i) bad[1].tables.push_back(std::to_string(i));
  bad[2].tables = {"META"};
  bad[3].tables = {""};
  bad[4].tables = {std::string("a\0b", 3)};
  bad[5].identity.kind = "";
  bad[6].identity.kind = std::string(33, 'k');
  bad[7].readers_max = 0;
  bad[8].tables = {"a", "a"};
  for (const auto& options : bad) EXPECT_EQ(check_options(options).error(), Error::invalid);
}

}  // namespace
}  // namespace tally::storage
