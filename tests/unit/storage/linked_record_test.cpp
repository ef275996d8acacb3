#include "storage/linked_record.hpp"

#include <gtest/gtest.h>

namespace tally::storage {
namespace {

TEST(LinkedRecord, IsOfItsTableKeyAndLinkAlone) {
  const auto seed = table_seed("names");
  Bytes record(kSealBytes);
  append(record, as_bytes("payload"));
  const auto checksum = seal_in_place(seed, as_bytes("key"), 7, record);
  const auto opened = open_linked(seed, as_bytes("key"), record);
  ASSERT_TRUE(opened);
  EXPECT_EQ(as_text(opened->payload), "payload");
  EXPECT_EQ(opened->link, 7u);
  EXPECT_EQ(opened->checksum, checksum);
  EXPECT_FALSE(open_linked(table_seed("numbers"), as_bytes("key"), record));
  EXPECT_FALSE(open_linked(seed, as_bytes("kez"), record));
  EXPECT_FALSE(open_linked(seed, as_bytes("ke"), record));
  EXPECT_FALSE(open_linked(seed, as_bytes("key"), ByteView(record).first(kSealBytes - 1)));
  for (std::size_t bit = 0; bit < 8 * record.size(); ++bit) {
    auto bad = record;
    bad[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    EXPECT_FALSE(open_linked(seed, as_bytes("key"), bad)) << bit;
  }
}

TEST(LinkedRecord, AnAnchorComesBack) {
  const Anchor anchor{3, 0x0123456789abcdef, 0xfedcba98};
  Bytes bytes;
  append_anchor(bytes, anchor);
  EXPECT_EQ(bytes.size(), kAnchorBytes);
  EXPECT_EQ(read_anchor(bytes), anchor);
}

}  // namespace
}  // namespace tally::storage
