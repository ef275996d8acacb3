#include "storage/file_copy.hpp"

#include <gtest/gtest.h>

#include "storage/durable_file.hpp"
#include "unit/storage/file_size_limit.hpp"
#include "unit/storage/temporary_directory.hpp"

namespace tally::storage {
namespace {

TEST(FileCopy, CopiesWhatIsThereAndOverNothing) {
  const test::TemporaryDirectory directory;
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{700'000}}) {
    const Bytes bytes(size, 0x5a);
    ASSERT_TRUE(write_file(directory / "from", bytes));
    const auto to = directory / std::to_string(size);
    EXPECT_EQ(storage::copy_file(directory / "from", to, {}), size);
    EXPECT_EQ(read_file(to, 1 << 20), bytes);
    EXPECT_FALSE(storage::copy_file(directory / "from", to, {})) << "it is there already";
  }
  EXPECT_EQ(storage::copy_file(directory / "nothing", directory / "to", {}).error(),
            Error::not_found);
}

TEST(FileCopy, IsStoppedAndToldOfAFullDisk) {
  const test::TemporaryDirectory directory;
  ASSERT_TRUE(write_file(directory / "from", Bytes(700'000)));
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(storage::copy_file(directory / "from", directory / "a", {0, stop.get_token()}).error(),
            Error::busy);
  const test::FileSizeLimit limit(100'000);
  EXPECT_EQ(storage::copy_file(directory / "from", directory / "b", {}).error(), Error::disk_full);
}

}  // namespace
}  // namespace tally::storage
