// How a store is made: whole, or not at all. What a loss of power leaves of one that is being made
// is tried out by tally-torture --power-loss.
#include <gtest/gtest.h>

#include <fstream>

#include "storage/lmdb_store.hpp"
#include "storage/posix.hpp"
#include "unit/storage/temporary_directory.hpp"

namespace tally::storage {
namespace {

namespace fs = std::filesystem;

class LmdbMakingTest : public testing::Test {
 protected:
  std::expected<std::unique_ptr<Store>, Error> open(bool create) {
    Options options;
    options.tables = {"table"};
    options.identity = {"test", 1, {}};
    options.create = create;
    return open_lmdb_store(directory_, clock_, options);
  }
  void write(const fs::path& name, std::size_t zeros) {
    fs::create_directories((directory_ / name).parent_path());
    std::ofstream(directory_ / name, std::ios::binary) << std::string(zeros, '\0');
  }

  SystemClock clock_;
  const test::TemporaryDirectory temporary_;
  const fs::path directory_ = temporary_ / "store";
};

TEST_F(LmdbMakingTest, ThrowsAwayWhatWasNeverWhole) {
  write("making/data.mdb", 8192);
  write("making/lock.mdb", 100);
  ASSERT_TRUE(open(true));
  EXPECT_FALSE(fs::exists(directory_ / "making"));
  EXPECT_TRUE(open(false));
}

TEST_F(LmdbMakingTest, TidiesUpAfterOneThatWasNamedJustBefore) {
  ASSERT_TRUE(open(true));
  write("making/lock.mdb", 100);
  ASSERT_TRUE(open(true));
  EXPECT_FALSE(fs::exists(directory_ / "making"));
}

TEST_F(LmdbMakingTest, TakesAFileThatIsNoStoreForDamage) {
  write("data.mdb", 8192);
  const auto opened = open(true);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error(), Error::corrupt);
}

TEST_F(LmdbMakingTest, IsRefusedWhileAnotherMakesIt) {
  ASSERT_TRUE(make_directory(directory_));
  const auto lock = lock_directory(directory_);
  ASSERT_TRUE(lock);
  const auto opened = open(true);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error(), Error::locked);
}

}  // namespace
}  // namespace tally::storage
