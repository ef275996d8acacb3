// The scrub of journal, tip and archive: what is damaged, missing or of another history is found,
// and pruning beside it is no damage.
#include "ledger/scrub.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "ledger/journal.hpp"
#include "storage/lmdb_store.hpp"
#include "storage/scan.hpp"
#include "support/small_network.hpp"
#include "unit/storage/temporary_directory.hpp"

namespace tally::test {
namespace {

using namespace ledger;

constexpr storage::Table kBlocks{0};
constexpr std::uint64_t kHeight = 40;

Bytes key_of(std::uint64_t height) {
  Bytes key;
  append_be(key, height);
  return key;
}

// A journal on a disk, of empty blocks.
class LedgerScrubTest : public testing::Test {
 protected:
  void SetUp() override { open(); }
  void open() {
    journal_.reset();
    auto options = Journal::store_options(network());
    options.create = true;
    auto store = storage::open_lmdb_store(data() / "journal", clock_, options);
    auto tip = storage::TipFile::open(data() / "journal.tip", true);
    auto archive = Archive::open(data() / "archive", network());
    ASSERT_TRUE(store && tip && archive);
    auto journal = Journal::open(std::move(*store), std::move(*tip), std::move(*archive));
    ASSERT_TRUE(journal) << describe(journal.error());
    journal_ = std::move(*journal);
    while (!journal_->tip() || journal_->tip()->height < kHeight) append();
  }
  void append() {
    codec::Block block;
    if (const auto& tip = journal_->tip()) {
      block.header.height = tip->height + 1;
      block.header.previous_hash = tip->hash;
    }
    ASSERT_TRUE(journal_->append({&block, 1}));
  }
  // As another program would: the journal's store itself, with the journal closed.
  void change(const std::function<void(storage::WriteTransaction&)>& how) {
    journal_.reset();
    auto store =
        storage::open_lmdb_store(data() / "journal", clock_, Journal::store_options(network()));
    ASSERT_TRUE(store);
    auto write = (*store)->begin_write();
    how(**write);
    ASSERT_TRUE((*write)->commit());
  }
  auto scrub(storage::ScrubOptions options = {}) { return scrub_journal(data(), options); }
  auto scrub_segments() { return scrub_archive(data() / "archive", network(), {}); }
  std::filesystem::path data() const { return directory_.path(); }

  TemporaryDirectory directory_;
  SystemClock clock_;
  std::unique_ptr<Journal> journal_;
};

TEST_F(LedgerScrubTest, FindsNothingInWhatIsWholeAndSaysWhatItLookedAt) {
  const auto report = scrub();
  ASSERT_TRUE(report) << describe(report.error());
  EXPECT_EQ(report->records, kHeight + 1);
  ASSERT_EQ(*journal_->archive_below(20, 8, true), 20u);
  const auto archive = scrub_segments();
  ASSERT_TRUE(archive) << describe(archive.error());
  EXPECT_EQ(archive->files, 3u);
  EXPECT_EQ(archive->records, 20u);
  ASSERT_EQ(*journal_->prune_below(20), 20u);
  EXPECT_EQ(scrub()->records, kHeight + 1 - 20);
}

TEST_F(LedgerScrubTest, ATipThatIsDamagedMissingOrAnotherIsFound) {
  journal_.reset();
  const auto tip = data() / "journal.tip";
  const auto good = *storage::TipFile::open(tip, false)->read();
  for (const std::streamoff slot : {0, 4096}) {
    std::fstream file(tip, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(slot + 30);
    file.put('x');
    file.close();
    EXPECT_FALSE(scrub()) << "slot at " << slot;
  }
  std::filesystem::remove(tip);
  EXPECT_FALSE(scrub()) << "missing";
  const auto write = [&](std::uint64_t height, const Hash32& hash) {
    std::filesystem::remove(tip);
    ASSERT_TRUE(storage::TipFile::open(tip, true)->write(height, hash));
  };
  write(kHeight, Hash32{1});
  EXPECT_FALSE(scrub()) << "another block";
  write(kHeight + 1, good.hash);
  EXPECT_FALSE(scrub()) << "a later one";
  std::filesystem::remove(tip);
  ASSERT_TRUE(storage::TipFile::open(tip, true));
  EXPECT_FALSE(scrub()) << "an empty one";
  write(kHeight, good.hash);
  EXPECT_TRUE(scrub());
}

TEST_F(LedgerScrubTest, BlocksThatWereTakenOutAreFoundThoughEveryRecordIsWhole) {
  change([](auto& write) { ASSERT_TRUE(write.erase(kBlocks, key_of(7))); });
  const auto found = scrub();
  ASSERT_FALSE(found);
  EXPECT_NE(found.error().what.find("missing after block 6"), std::string::npos);
}

TEST_F(LedgerScrubTest, WhatIsPrunedBesideItIsNoDamage) {
  ASSERT_EQ(*journal_->archive_below(30, 30, true), 30u);
  storage::ScrubOptions options;
  std::uint64_t visited = 0;
  options.visit = [&](std::string_view, const storage::Entry&) -> std::optional<std::string> {
    if (++visited == 10) {
      EXPECT_EQ(*journal_->prune_below(30), 30u);
      for (int i = 0; i < 8; ++i) append();  // over the pages that are free now
    }
    return std::nullopt;
  };
  const auto report = scrub(options);
  ASSERT_TRUE(report) << describe(report.error());
  EXPECT_LT(report->records, kHeight + 1 + 8) << "some were pruned before it came there";
}

TEST_F(LedgerScrubTest, ADamagedSegmentIsFoundWhereverItIs) {
  ASSERT_EQ(*journal_->archive_below(20, 20, true), 20u);
  const auto file = data() / "archive" / segment_name(0, 19);
  const auto size = static_cast<std::streamoff>(std::filesystem::file_size(file));
  for (std::streamoff at = 0; at < size; at += 97) {
    std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekg(at);
    const auto good = static_cast<char>(bytes.get());
    bytes.seekp(at);
    bytes.put(static_cast<char>(good ^ 4));
    bytes.flush();
    const auto found = scrub_segments();
    ASSERT_FALSE(found) << at;
    EXPECT_EQ(found.error().file, file);
    bytes.seekp(at);
    bytes.put(good);
  }
  EXPECT_TRUE(scrub_segments());
}

}  // namespace
}  // namespace tally::test
