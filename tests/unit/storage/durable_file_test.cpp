#include "storage/durable_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "support/failing_sync.hpp"
#include "unit/storage/file_size_limit.hpp"
#include "unit/storage/temporary_directory.hpp"

namespace tally::storage {
namespace {

std::string text_of(const std::filesystem::path& path) {
  const auto bytes = read_file(path, 1000);
  return bytes ? std::string(as_text(*bytes)) : std::string(name(bytes.error()));
}

TEST(DurableFile, WritesReadsReplacesAndRemoves) {
  const test::TemporaryDirectory directory;
  const auto path = directory / "file";
  EXPECT_EQ(text_of(path), "not_found");
  ASSERT_TRUE(write_file(path, as_bytes("one")));
  EXPECT_EQ(text_of(path), "one");
  ASSERT_TRUE(write_file(path, as_bytes("second")));
  EXPECT_EQ(text_of(path), "second");
  ASSERT_TRUE(write_file(path, {}));
  EXPECT_EQ(text_of(path), "");
  ASSERT_TRUE(remove_file(path));
  EXPECT_EQ(remove_file(path).error(), Error::not_found);
  EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
}

TEST(DurableFile, HasTheModeAskedForWhateverWasThere) {
  const test::TemporaryDirectory directory;
  const auto path = directory / "file";
  std::ofstream(directory / "file.tmp") << "a leftover";
  std::filesystem::permissions(directory / "file.tmp", std::filesystem::perms::all);
  ASSERT_TRUE(write_file(path, as_bytes("x"), 0600));
  struct stat status{};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_FALSE(std::filesystem::exists(directory / "file.tmp"));
}

TEST(DurableFile, AFullDiskLeavesTheOldFile) {
  const test::TemporaryDirectory directory;
  const auto path = directory / "file";
  ASSERT_TRUE(write_file(path, as_bytes("old")));
  {
    const test::FileSizeLimit limit(4);
    EXPECT_EQ(write_file(path, as_bytes("longer")).error(), Error::disk_full);
  }
  EXPECT_EQ(text_of(path), "old");
  EXPECT_FALSE(std::filesystem::exists(directory / "file.tmp"));
}

TEST(DurableFile, AFailedSyncIsOfUnknownOutcome) {
  const test::TemporaryDirectory directory;
  const auto path = directory / "file";
  ASSERT_TRUE(write_file(path, as_bytes("old")));
  {
    const test::FailingSync failing("file.tmp", ENOSPC);
    EXPECT_EQ(write_file(path, as_bytes("new")).error(), Error::outcome_unknown);
  }
  EXPECT_EQ(text_of(path), "old");
  EXPECT_TRUE(write_file(path, as_bytes("new")));
}

TEST(DurableFile, SaysWhatIsWrong) {
  const test::TemporaryDirectory directory;
  EXPECT_EQ(write_file(directory / "none" / "file", {}).error(), Error::not_found);
  ASSERT_TRUE(write_file(directory / "file", as_bytes("12345")));
  EXPECT_TRUE(read_file(directory / "file", 5));
  EXPECT_EQ(read_file(directory / "file", 4).error(), Error::invalid);
  EXPECT_EQ(read_file(directory.path(), 4).error(), Error::invalid);
}

TEST(DurableFile, DoesNotFollowALinkPutInItsWay) {
  const test::TemporaryDirectory directory;
  ASSERT_TRUE(write_file(directory / "victim", as_bytes("precious")));
  std::filesystem::create_symlink(directory / "victim", directory / "file.tmp");
  EXPECT_FALSE(write_file(directory / "file", as_bytes("x")));
  EXPECT_EQ(text_of(directory / "victim"), "precious");
}

}  // namespace
}  // namespace tally::storage
