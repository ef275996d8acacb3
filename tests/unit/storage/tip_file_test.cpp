#include "storage/tip_file.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "storage/durable_file.hpp"
#include "support/failing_sync.hpp"
#include "unit/storage/file_size_limit.hpp"
#include "unit/storage/temporary_directory.hpp"

namespace tally::storage {
namespace {

class TipFileTest : public testing::Test {
 protected:
  std::filesystem::path path() const { return directory_ / "tip"; }
  void flip(std::size_t byte) const {
    auto bytes = *read_file(path(), 1 << 20);
    bytes[byte] ^= 0x10;
    ASSERT_TRUE(write_file(path(), bytes));
  }
  void write(int count) const {
    auto file = TipFile::open(path(), true);
    ASSERT_TRUE(file);
    for (int i = 1; i <= count; ++i) {
      ASSERT_TRUE(file->write(static_cast<std::uint64_t>(i) * 10, Hash32{1, 2}));
    }
  }
  test::TemporaryDirectory directory_;
};

TEST_F(TipFileTest, RemembersTheLastWriteOverARestart) {
  EXPECT_EQ(TipFile::open(path(), false).error(), Error::not_found);
  EXPECT_EQ(TipFile::open(path(), true)->read(), std::nullopt);
  for (std::uint64_t height = 1; height <= 9; ++height) {
    auto file = TipFile::open(path(), false);
    ASSERT_TRUE(file);
    const Tip tip{height, Hash32{static_cast<std::uint8_t>(height)}};
    ASSERT_TRUE(file->write(tip.height, tip.hash));
    EXPECT_EQ(file->read(), tip);
    EXPECT_EQ(TipFile::open(path(), false)->read(), tip);
    EXPECT_EQ(TipFile::open(path(), false)->damaged_slots(), 0);
  }
  EXPECT_EQ(std::filesystem::file_size(path()), 8192u);
}

TEST_F(TipFileTest, FormatIsFrozen) {
  write(1);
  const auto bytes = *read_file(path(), 1 << 20);
  EXPECT_EQ(to_hex(ByteView(bytes).first(64)),
            "74616c6c79746970"
            "0000000000000001"
            "000000000000000a"
            "0102000000000000000000000000000000000000000000000000000000000000"
            "e84e9521"
            "00000000");
}

TEST_F(TipFileTest, ATornNewestRecordLeavesTheOneBefore) {
  for (std::size_t byte = 0; byte < 60; ++byte) {
    std::filesystem::remove(path());
    write(4);  // 40 is in the second slot
    flip(4096 + byte);
    const auto file = TipFile::open(path(), false);
    ASSERT_TRUE(file) << byte;
    EXPECT_EQ(file->read()->height, 30u) << byte;
    EXPECT_EQ(file->damaged_slots(), 1) << byte;
  }
}

TEST_F(TipFileTest, ADamagedSlotIsWrittenNext) {
  write(4);
  flip(4096 + 20);
  {
    auto file = TipFile::open(path(), false);
    ASSERT_TRUE(file->write(41, {}));
  }
  const auto file = TipFile::open(path(), false);
  EXPECT_EQ(file->read()->height, 41u);
  EXPECT_EQ(file->damaged_slots(), 0);
}

TEST_F(TipFileTest, BothSlotsDamagedIsCorrupt) {
  write(4);
  flip(20);
  flip(4096 + 20);
  EXPECT_EQ(TipFile::open(path(), true).error(), Error::corrupt);
}

TEST_F(TipFileTest, AnotherSizeIsCorrupt) {
  write(1);
  std::filesystem::resize_file(path(), 4096);
  EXPECT_EQ(TipFile::open(path(), true).error(), Error::corrupt);
}

TEST_F(TipFileTest, AFailedWriteHalts) {
  write(1);
  std::string told;
  auto file = TipFile::open(path(), false, [&](std::string_view where) { told = where; });
  {
    const test::FileSizeLimit limit(4096);
    EXPECT_EQ(file->write(11, {}).error(), Error::outcome_unknown);
  }
  EXPECT_EQ(told, path().native());
  EXPECT_TRUE(file->halted());
  EXPECT_EQ(file->write(12, {}).error(), Error::halted);
  EXPECT_EQ(file->read()->height, 10u);
  EXPECT_EQ(TipFile::open(path(), false)->read()->height, 10u);
}

TEST_F(TipFileTest, AFailedSyncEndsTheProcess) {
  write(1);
  const auto write_on = [&] {
    auto file = TipFile::open(path(), false);
    const test::FailingSync failing("tip", ENOSPC);
    static_cast<void>(file->write(11, {}));
    std::_Exit(0);  // it went on
  };
  EXPECT_EXIT(write_on(), testing::ExitedWithCode(kUnknownOutcomeStatus), "");
}

}  // namespace
}  // namespace tally::storage
