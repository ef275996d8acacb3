#include "base/byte_reader.hpp"

#include <gtest/gtest.h>

namespace tally {
namespace {

TEST(ByteReader, TakesFieldsApartInTheirOrder) {
  Bytes bytes{0x01, 0x02, 0x03, 0x04, 0x05};
  Hash32 hash{};
  hash.fill(7);
  append(bytes, hash);
  append(bytes, as_bytes("rest"));
  ByteReader reader(bytes);
  EXPECT_EQ(reader.number<std::uint8_t>(), 0x01u);
  EXPECT_EQ(reader.number<std::uint16_t>(), 0x0203u);
  EXPECT_EQ(to_hex(reader.take(2)), "0405");
  EXPECT_EQ(reader.hash(), hash);
  EXPECT_FALSE(reader.complete());
  EXPECT_EQ(as_text(reader.rest()), "rest");
  EXPECT_TRUE(reader.complete());
}

TEST(ByteReader, IsZeroBeyondTheEndAndSaysSo) {
  const Bytes bytes{0xff, 0xff};
  ByteReader reader(bytes);
  EXPECT_EQ(reader.number<std::uint32_t>(), 0u);
  EXPECT_EQ(reader.number<std::uint8_t>(), 0u) << "what was there is not taken for another field";
  EXPECT_EQ(reader.hash(), Hash32{});
  EXPECT_TRUE(reader.take(1).empty());
  EXPECT_TRUE(reader.rest().empty());
  EXPECT_FALSE(reader.complete());
}

TEST(ByteReader, IsCompleteOfNothing) { EXPECT_TRUE(ByteReader({}).complete()); }

}  // namespace
}  // namespace tally
