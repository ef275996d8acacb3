#include "documents/record.hpp"

#include <gtest/gtest.h>

namespace tally::documents {
namespace {

DocumentRecord record() {
  return {3, 0x0102, 0x0304, Place::in_file, {"a/b", Hash32{0xaa}, 0x0506}};
}

TEST(DocumentRecord, FormatIsFrozen) {
  EXPECT_EQ(to_hex(encode(record())).substr(8),
            "00000003"
            "0000000000000102"
            "0000000000000506"
            "0000000000000304"
            "aa00000000000000000000000000000000000000000000000000000000000000"
            "01"
            "612f62");
  EXPECT_EQ(to_hex(encode(Tombstone{0x0102, EraseReason::ordered})).substr(8),
            "0000000000000102"
            "02");
}

TEST(DocumentRecord, ComesBack) {
  EXPECT_EQ(decode_document(encode(record())), record());
  for (const auto reason : {EraseReason::requested, EraseReason::ordered, EraseReason::expired}) {
    const Tombstone tombstone{99, reason};
    EXPECT_EQ(decode_tombstone(encode(tombstone)), tombstone);
  }
}

TEST(DocumentRecord, EveryFlippedBitAndEveryCutIsNoticed) {
  const auto document = encode(record());
  const auto tombstone = encode(Tombstone{1, EraseReason::requested});
  for (std::size_t bit = 0; bit < document.size() * 8; ++bit) {
    auto bad = document;
    bad[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    EXPECT_FALSE(decode_document(bad)) << bit;
  }
  for (std::size_t bit = 0; bit < tombstone.size() * 8; ++bit) {
    auto bad = tombstone;
    bad[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    EXPECT_FALSE(decode_tombstone(bad)) << bit;
  }
  for (std::size_t size = 0; size < document.size(); ++size) {
    EXPECT_FALSE(decode_document(ByteView(document).first(size)));
    EXPECT_FALSE(decode_tombstone(ByteView(document).first(size)));
  }
}

TEST(DocumentRecord, MediaTypesHaveLimits) {
  EXPECT_TRUE(is_media_type("application/ld+json; charset=utf-8"));
  EXPECT_TRUE(is_media_type(std::string(kMediaTypeBytesMax, 'a')));
  EXPECT_FALSE(is_media_type(std::string(kMediaTypeBytesMax + 1, 'a')));
  EXPECT_FALSE(is_media_type(""));
  EXPECT_FALSE(is_media_type("text/html\r\nSet-Cookie: x"));
  EXPECT_FALSE(is_media_type("text/\xc3\xa9"));
}

}  // namespace
}  // namespace tally::documents
