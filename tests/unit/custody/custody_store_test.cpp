#include "custody/custody_store.hpp"

#include <gtest/gtest.h>

#include "storage/memory_store.hpp"
#include "unit/storage/temporary_directory.hpp"

namespace tally::custody {
namespace {

TEST(CustodyStore, BelongsToOneNetwork) {
  const test::TemporaryDirectory directory;
  const SystemClock clock;
  EXPECT_EQ(open_custody_store(directory / "custody", clock, Hash32{1}, false).error(),
            Error::not_found);
  EXPECT_TRUE(open_custody_store(directory / "custody", clock, Hash32{1}, true));
  EXPECT_TRUE(open_custody_store(directory / "custody", clock, Hash32{1}, false));
  EXPECT_EQ(open_custody_store(directory / "custody", clock, Hash32{2}, false).error(),
            Error::wrong_network);
}

TEST(CustodyStore, LabelsHaveLimits) {
  EXPECT_TRUE(is_label(""));
  EXPECT_TRUE(is_label("Kasse 3 \xc3\xbc"));
  EXPECT_TRUE(is_label(std::string(kLabelBytesMax, 'x')));
  EXPECT_FALSE(is_label(std::string(kLabelBytesMax + 1, 'x')));
  EXPECT_FALSE(is_label("a\nb"));
  EXPECT_FALSE(is_label(std::string("a\0b", 3)));
  EXPECT_FALSE(is_label("\x7f"));
}

TEST(CustodyStore, AFailedBodyCommitsNothing) {
  storage::MemoryDisk disk;
  const ManualClock clock(0);
  const auto store = std::move(*storage::open_memory_store(disk, clock, custody_options({}, true)));
  const auto put = [](storage::WriteTransaction& tx) -> std::expected<void, Error> {
    EXPECT_TRUE(tx.put(kTokens, as_bytes("k"), {}));
    return {};
  };
  const auto put_and_fail = [&](storage::WriteTransaction& tx) -> std::expected<void, Error> {
    EXPECT_TRUE(put(tx));
    return std::unexpected(Error::too_many);
  };
  EXPECT_EQ(write(*store, put_and_fail).error(), Error::too_many);
  EXPECT_EQ(*(*store->begin_read())->count(kTokens), 0u);
  disk.set_commit_fault([] { return storage::CommitFault{storage::Error::disk_full}; });
  EXPECT_EQ(write(*store, put).error(), Error::disk_full);
  disk.set_commit_fault({});
  EXPECT_TRUE(write(*store, put));
  EXPECT_EQ(*(*store->begin_read())->count(kTokens), 1u);
}

}  // namespace
}  // namespace tally::custody
