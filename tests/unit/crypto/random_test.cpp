#include "crypto/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace tally::crypto {
namespace {

TEST(RandomBytes, FillsEverySize) {
  random_bytes({});
  // 1 MiB is more than one getrandom(2) call is sure to give.
  for (const std::size_t size : {std::size_t{64}, std::size_t{257}, std::size_t{1} << 20}) {
    Bytes bytes(size);
    random_bytes(bytes);
    const auto tail = std::span(bytes).last(32);
    EXPECT_FALSE(std::all_of(tail.begin(), tail.end(), [](auto b) { return b == 0; })) << size;
  }
}

TEST(RandomBytes, DoesNotRepeat) {
  std::set<std::array<std::uint8_t, 16>> seen;
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(seen.insert(random_array<16>()).second);
}

TEST(Wipe, LeavesZeros) {
  Bytes secret(100, 0x55);
  wipe(secret);
  EXPECT_EQ(secret, Bytes(100, 0));
  wipe({});
}

TEST(ConstantTimeEqual, ComparesContentAndLength) {
  const Bytes a{1, 2, 3};
  EXPECT_TRUE(constant_time_equal({}, {}));
  EXPECT_TRUE(constant_time_equal(a, Bytes{1, 2, 3}));
  EXPECT_FALSE(constant_time_equal(a, Bytes{1, 2, 4}));
  EXPECT_FALSE(constant_time_equal(a, Bytes{0, 2, 3}));
  EXPECT_FALSE(constant_time_equal(a, Bytes{1, 2}));
  EXPECT_FALSE(constant_time_equal(a, {}));
}

}  // namespace
}  // namespace tally::crypto
