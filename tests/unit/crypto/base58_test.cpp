#include "crypto/base58.hpp"

#include <gtest/gtest.h>

namespace tally::crypto {
namespace {

TEST(Base58Check, EncodesAsBitcoinDoes) {
  // Version 0 and a hash of zeros: the well-known address that nobody has the key of.
  EXPECT_EQ(base58check_encode(Bytes(21)), "1111111111111111111114oLvT2");
  EXPECT_EQ(base58check_encode({}), "3QJmnh");
}

TEST(Base58Check, RoundTripsEverySize) {
  for (std::size_t size = 0; size <= kBase58BytesMax; ++size) {
    for (const std::uint8_t first : Bytes{0, 1, 255}) {
      Bytes bytes(size, 0xa5);
      if (size > 0) bytes[0] = first;
      EXPECT_EQ(base58check_decode(base58check_encode(bytes)), bytes) << size;
    }
  }
}

TEST(Base58Check, RefusesWhatIsNotBase58Check) {
  const std::string good = base58check_encode(Bytes(21, 9));
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = bad[i] == '2' ? '3' : '2';
    EXPECT_FALSE(base58check_decode(bad)) << i;
  }
  for (const char* text :
       {"", "1", "111", "0", "O", "I", "l", "3QJmnh ", " 3QJmnh", "13QJmnh", "\xff"}) {
    EXPECT_FALSE(base58check_decode(text)) << text;
  }
  EXPECT_FALSE(base58check_decode(std::string(kBase58CharactersMax + 1, '1')));
}

}  // namespace
}  // namespace tally::crypto
