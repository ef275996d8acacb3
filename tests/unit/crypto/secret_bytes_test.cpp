#include "crypto/secret_bytes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

#include "crypto/random.hpp"

namespace tally::crypto {
namespace {

static_assert(!std::is_copy_constructible_v<SecretBytes>);
static_assert(!std::is_copy_assignable_v<SecretBytes>);
static_assert(!std::is_convertible_v<SecretBytes, ByteView>);

// The flags of the mapping that an address is in (proc(5), smaps).
std::string flags_of(const void* address) {
  const auto at = reinterpret_cast<std::uintptr_t>(address);
  std::ifstream maps("/proc/self/smaps");
  bool inside = false;
  for (std::string line; std::getline(maps, line);) {
    std::istringstream in(line);
    std::uintptr_t begin = 0, end = 0;
    char dash = 0;
    if (in >> std::hex >> begin >> dash >> end && dash == '-') inside = at >= begin && at < end;
    if (inside && line.starts_with("VmFlags:")) return line;
  }
  return {};
}

TEST(SecretBytes, MovesItsContentAway) {
  SecretBytes one(ByteView(Bytes{1, 2, 3}));
  SecretBytes two = std::move(one);
  EXPECT_EQ(one.size(), 0U);
  EXPECT_TRUE(constant_time_equal(two.view(), Bytes{1, 2, 3}));
  SecretBytes three(std::size_t{8});
  EXPECT_TRUE(constant_time_equal(three.view(), Bytes(8, 0)));
  three = std::move(two);
  EXPECT_TRUE(constant_time_equal(three.view(), Bytes{1, 2, 3}));
}

TEST(SecretBytes, LieWhereNoDumpTakesThem) {
  const SecretBytes secret(std::size_t{32});
  EXPECT_TRUE(flags_of(secret.view().data()).contains(" dd")) << flags_of(secret.view().data());
  // A document is wiped, and lies with the others.
  const SecretBytes document(kSecretArenaPieceMax + 1);
  EXPECT_FALSE(flags_of(document.view().data()).contains(" dd"));
}

TEST(SecretBytes, AreWipedWhenTheyGo) {
  const Bytes pattern(kSecretArenaPieceMax, 0x5a);
  const std::uint8_t* where = nullptr;
  {
    const SecretBytes secret{ByteView(pattern)};
    where = secret.view().data();
    EXPECT_TRUE(std::ranges::equal(secret.view(), pattern));
  }
  // The arena stays mapped; its own list may write a few bytes into what is free.
  const ByteView left(where, pattern.size());
  EXPECT_LT(std::ranges::count(left, 0x5a), 8);
}

// More secrets than the arena has room for are kept all the same.
TEST(SecretBytes, OutgrowTheArena) {
  std::vector<SecretBytes> many;
  for (int i = 0; i < 200; ++i) many.emplace_back(ByteView(Bytes(4'000, 7)));
  for (const auto& each : many) EXPECT_EQ(std::ranges::count(each.view(), 7), 4'000);
}

TEST(SecretBytes, MayBeEmpty) {
  SecretBytes none;
  EXPECT_EQ(none.size(), 0u);
  SecretBytes also(ByteView{});
  none = std::move(also);
  EXPECT_TRUE(none.view().empty());
}

}  // namespace
}  // namespace tally::crypto
