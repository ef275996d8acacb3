#include "documents/key_slots.hpp"

#include <gtest/gtest.h>

#include "storage/durable_file.hpp"
#include "support/failing_sync.hpp"
#include "unit/storage/file_size_limit.hpp"
#include "unit/storage/temporary_directory.hpp"

namespace tally::documents {
namespace {

constexpr std::size_t kFileMax = 1 << 20;

Hash32 hash_of(std::uint8_t n) { return Hash32{n, 1}; }
SealedKey key_of(std::uint8_t n) {
  SealedKey key;
  key.fill(n);
  return key;
}

class KeySlotsTest : public testing::Test {
 protected:
  KeySlots open(const std::function<bool(std::uint32_t)>& is_live) {
    auto slots = KeySlots::open(path());
    EXPECT_TRUE(slots);
    EXPECT_TRUE(slots->wipe_all_but(is_live));
    return std::move(*slots);
  }
  std::filesystem::path path() const { return directory_ / "keys"; }
  test::TemporaryDirectory directory_;
};

TEST_F(KeySlotsTest, KeepsKeysOverARestart) {
  std::vector<std::uint32_t> used;
  {
    auto slots = open([](auto) { return true; });
    for (std::uint8_t n = 0; n < 5; ++n) used.push_back(*slots.store(hash_of(n), key_of(n)));
    EXPECT_EQ(used, (std::vector<std::uint32_t>{0, 1, 2, 3, 4}));
  }
  const auto slots = open([](auto slot) { return slot < 5; });
  for (std::uint8_t n = 0; n < 5; ++n) EXPECT_EQ(*slots.read(used[n], hash_of(n)), key_of(n));
}

TEST_F(KeySlotsTest, AWipedKeyIsNowhereInTheFile) {
  auto slots = open([](auto) { return true; });
  const auto slot = *slots.store(hash_of(7), key_of(0x77));
  const auto before = *storage::read_file(path(), kFileMax);
  EXPECT_NE(std::ranges::find(before, 0x77), before.end());
  ASSERT_TRUE(slots.wipe(slot));
  const auto after = *storage::read_file(path(), kFileMax);
  EXPECT_EQ(std::ranges::find(after, 0x77), after.end());
  EXPECT_EQ(slots.read(slot, hash_of(7)).error(), Error::corrupt);
  // The slot is used again.
  EXPECT_EQ(*slots.store(hash_of(8), key_of(8)), slot);
}

TEST_F(KeySlotsTest, OpeningWipesWhatNobodyOwns) {
  {
    auto slots = open([](auto) { return true; });
    ASSERT_TRUE(slots.store(hash_of(1), key_of(0x11)));
    ASSERT_TRUE(slots.store(hash_of(2), key_of(0x22)));
  }
  auto slots = open([](auto slot) { return slot == 1; });
  const auto bytes = *storage::read_file(path(), kFileMax);
  EXPECT_EQ(std::ranges::find(bytes, 0x11), bytes.end());
  EXPECT_EQ(*slots.read(1, hash_of(2)), key_of(0x22));
  EXPECT_EQ(*slots.store(hash_of(3), key_of(3)), 0u);
}

TEST_F(KeySlotsTest, GrowsBeyondItsFirstPiece) {
  auto slots = open([](auto) { return true; });
  for (std::uint32_t n = 0; n < 520; ++n) {
    EXPECT_EQ(*slots.store(hash_of(static_cast<std::uint8_t>(n)), key_of(1)), n);
  }
  EXPECT_EQ(*slots.read(519, hash_of(519 % 256)), key_of(1));
}

TEST_F(KeySlotsTest, NoticesDamageAndConfusion) {
  {
    auto slots = open([](auto) { return true; });
    ASSERT_TRUE(slots.store(hash_of(1), key_of(1)));
    EXPECT_EQ(slots.read(0, hash_of(2)).error(), Error::corrupt);
    EXPECT_EQ(slots.read(1, hash_of(1)).error(), Error::corrupt);
    EXPECT_EQ(slots.read(100'000, hash_of(1)).error(), Error::corrupt);
  }
  auto bytes = *storage::read_file(path(), kFileMax);
  for (std::size_t byte = 0; byte < 96; ++byte) {
    bytes[byte] ^= 4;
    ASSERT_TRUE(storage::write_file(path(), bytes));
    EXPECT_EQ(open([](auto) { return true; }).read(0, hash_of(1)).error(), Error::corrupt) << byte;
    bytes[byte] ^= 4;
  }
  bytes.resize(bytes.size() - 1);
  ASSERT_TRUE(storage::write_file(path(), bytes));
  EXPECT_EQ(KeySlots::open(path()).error(), Error::corrupt);
}

TEST_F(KeySlotsTest, AFullDiskIsSaidAndLeavesWholeSlots) {
  auto slots = open([](auto) { return true; });
  {
    const test::FileSizeLimit limit(1000);
    EXPECT_EQ(slots.store(hash_of(1), key_of(1)).error(), Error::disk_full);
  }
  EXPECT_EQ(std::filesystem::file_size(path()), 0u);
  EXPECT_EQ(*slots.store(hash_of(1), key_of(1)), 0u);
}

TEST_F(KeySlotsTest, AfterAFailedSyncNothingMoreIsWritten) {
  std::string told;
  auto slots = KeySlots::open(path(), [&](std::string_view where) { told = where; });
  ASSERT_TRUE(slots && slots->wipe_all_but([](auto) { return true; }));
  {
    const test::FailingSync failing(path().native(), ENOSPC);
    EXPECT_EQ(slots->store(hash_of(1), key_of(1)).error(), Error::outcome_unknown);
  }
  EXPECT_EQ(told, path().native());
  EXPECT_EQ(slots->store(hash_of(1), key_of(1)).error(), Error::halted);
  EXPECT_EQ(slots->wipe(0).error(), Error::halted);
}

}  // namespace
}  // namespace tally::documents
