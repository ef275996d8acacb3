#include "storage/checksum.hpp"

#include <gtest/gtest.h>

namespace tally::storage {
namespace {

// RFC 3720, appendix B.4, and the check value of the CRC catalogue.
TEST(Checksum, AgreesWithPublishedVectors) {
  Bytes ascending;
  for (int i = 0; i < 32; ++i) ascending.push_back(static_cast<std::uint8_t>(i));
  const Bytes descending(ascending.rbegin(), ascending.rend());
  struct Row {
    Bytes message;
    std::uint32_t crc;
  };
  const auto digits = as_bytes("123456789");
  const Row rows[] = {
      {{}, 0},
      {Bytes(32, 0x00), 0x8a9136aa},
      {Bytes(32, 0xff), 0x62a8ab43},
      {ascending, 0x46dd794e},
      {descending, 0x113fdb5c},
      {Bytes(digits.begin(), digits.end()), 0xe3069283},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(crc32c(row.message), row.crc) << to_hex(row.message);
    EXPECT_EQ(crc32c_portable(row.message), row.crc) << to_hex(row.message);
  }
}

TEST(Checksum, PiecesGiveTheSameAsTheWhole) {
  Bytes message;
  for (std::size_t i = 0; i < 300; ++i) message.push_back(static_cast<std::uint8_t>(i * 7 + 3));
  const auto whole = crc32c(message);
  for (std::size_t cut = 0; cut <= message.size(); ++cut) {
    const auto view = ByteView(message);
    EXPECT_EQ(crc32c(view.subspan(cut), crc32c(view.first(cut))), whole) << cut;
    EXPECT_EQ(crc32c(view.first(cut)), crc32c_portable(view.first(cut))) << cut;
  }
}

TEST(Checksum, NoticesEachFlippedBit) {
  Bytes message(100, 0x5a);
  const auto before = crc32c(message);
  for (std::size_t bit = 0; bit < message.size() * 8; ++bit) {
    message[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    EXPECT_NE(crc32c(message), before) << bit;
    message[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
  }
}

}  // namespace
}  // namespace tally::storage
