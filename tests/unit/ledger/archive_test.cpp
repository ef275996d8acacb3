// Segments of the archive: what is written is read, what is damaged or foreign is told, and a
// journal reads, replays and is pruned across them.
#include "ledger/archive.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <fstream>

#include "ledger/journal.hpp"
#include "storage/checksum.hpp"
#include "support/failing_sync.hpp"
#include "support/ledger_on_memory.hpp"
#include "unit/storage/temporary_directory.hpp"

namespace tally::test {
namespace {

class ArchiveTest : public testing::Test {
 protected:
  // Blocks 0 … 3 fund the network, and `count` payments follow, one a block.
  void play(std::uint32_t count) {
    const auto funds = h_.fund(count);
    for (std::uint32_t i = 0; i < count; ++i) h_.one(pay(funds, i, 30));
  }
  [[nodiscard]] std::filesystem::path path() const { return directory_ / "archive"; }
  std::unique_ptr<Archive> open() {
    auto archive = Archive::open(path(), network());
    EXPECT_TRUE(archive) << describe(archive.error());
    return archive ? std::move(*archive) : nullptr;
  }
  void lose_state() {
    h_.ledger.reset();
    auto store =
        storage::open_memory_store(h_.state_disk, h_.clock, state_store_options(network()));
    ASSERT_TRUE(store);
    auto write = (*store)->begin_write();
    ASSERT_TRUE(write);
    for (const auto table :
         {kOutputsTable, kBitmapTable, kRegistryTable, kOnceTable, kCheckpointTable}) {
      ASSERT_TRUE((*write)->clear(table));
    }
    ASSERT_TRUE((*write)->commit());
  }
  // The ledger opened anew, with the archive.
  void reopen() {
    h_.archive_directory = path();
    h_.open();
  }
  Journal& journal() { return h_.ledger->journal(); }
  std::filesystem::path segment(std::uint64_t first, std::uint64_t last) {
    return path() / segment_name(first, last);
  }
  static Bytes contents(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return Bytes(std::istreambuf_iterator<char>(in), {});
  }
  static void write(const std::filesystem::path& file, const Bytes& bytes) {
    std::ofstream(file, std::ios::binary | std::ios::trunc)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  }
  std::vector<Hash32> hashes() {
    std::vector<Hash32> out;
    EXPECT_TRUE(journal().for_each(0, [&](const codec::Block& block) {
      out.push_back(codec::block_hash(block.header));
      return true;
    }));
    return out;
  }

  LedgerOnMemory h_;
  TemporaryDirectory directory_;
};

TEST_F(ArchiveTest, WhatIsArchivedAndPrunedReadsAsBefore) {
  play(20);
  reopen();
  const auto before = hashes();
  ASSERT_EQ(before.size(), 24u);
  EXPECT_EQ(*journal().archive_below(20, 8, false), 16u) << "whole segments only";
  EXPECT_EQ(*journal().archive_below(20, 8, true), 20u);
  EXPECT_EQ(*journal().archive_below(20, 8, true), 20u) << "there is nothing more to do";
  EXPECT_EQ(*journal().first_height(), 0u);
  h_.checkpoint();
  EXPECT_EQ(*journal().prune_below(18), 16u) << "whole segments only";
  EXPECT_EQ(*journal().prune_below(24), 4u);
  EXPECT_EQ(*journal().prune_below(24), 0u);
  EXPECT_EQ(*journal().first_height(), 20u);
  EXPECT_EQ(hashes(), before);
  for (const std::uint64_t height : {0, 7, 8, 19, 20, 23}) {
    const auto block = journal().read(height);
    ASSERT_TRUE(block) << describe(block.error());
    EXPECT_EQ(codec::block_hash(block->header), before[height]);
  }
  EXPECT_EQ(journal().read(24).error().storage, storage::Error::not_found);
  const auto head = h_.ledger->head_hash();
  reopen();  // from the checkpoint and the tail
  EXPECT_EQ(h_.ledger->head_hash(), head);
  lose_state();
  reopen();  // from genesis, through the archive
  EXPECT_EQ(h_.ledger->head_hash(), head);
}

TEST_F(ArchiveTest, WithoutItsFileABlockIsNamedAsArchived) {
  play(6);
  reopen();
  ASSERT_EQ(*journal().archive_below(8, 4, true), 8u);
  h_.checkpoint();
  ASSERT_EQ(*journal().prune_below(8), 8u);
  const auto aside = directory_ / "aside";
  std::filesystem::rename(segment(4, 7), aside);
  reopen();
  EXPECT_TRUE(journal().read(3));
  const auto gone = journal().read(5);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, FaultCode::history_archived);
  EXPECT_EQ(gone.error().height, 5u);
  EXPECT_EQ(journal().for_each(0, [](const auto&) { return true; }).error().code,
            FaultCode::history_archived);
  std::filesystem::rename(aside, segment(4, 7));
  EXPECT_TRUE(journal().read(5)) << "a file that is brought back is found without a restart";
  h_.archive_directory.reset();
  h_.open();
  EXPECT_EQ(journal().read(5).error().code, FaultCode::history_archived);
}

TEST_F(ArchiveTest, EveryByteThatIsDamagedIsFound) {
  play(3);
  reopen();
  ASSERT_EQ(*journal().archive_below(6, 6, true), 6u);
  const auto file = segment(0, 5);
  const auto good = contents(file);
  h_.ledger.reset();
  for (std::size_t at = 0; at < good.size(); at += at < 100 || at + 300 > good.size() ? 1 : 37) {
    auto bad = good;
    bad[at] ^= 0x10;
    write(file, bad);
    auto archive = Archive::open(path(), network());
    if (archive) {
      EXPECT_FALSE((*archive)->verify((*archive)->segments()->front())) << "byte " << at;
    }
  }
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{50}, std::size_t{96}, good.size() / 2, good.size() - 1}) {
    write(file, Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)));
    const auto archive = Archive::open(path(), network());
    ASSERT_FALSE(archive) << "of " << size << " bytes";
    EXPECT_EQ(archive.error().code, FaultCode::archive_corrupt);
  }
  write(file, good);
  const auto archive = open();
  EXPECT_TRUE(archive->verify(archive->segments()->front()));
}

TEST_F(ArchiveTest, AForeignOrNewerSegmentIsRefused) {
  play(3);
  reopen();
  ASSERT_EQ(*journal().archive_below(6, 6, true), 6u);
  h_.ledger.reset();
  auto other = network();
  other.bytes[0] ^= 1;
  const auto foreign = Archive::open(path(), other);
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().storage, storage::Error::wrong_network);
  auto bytes = contents(segment(0, 5));
  bytes[11] = 2;  // the format
  Bytes header(bytes.begin(), bytes.begin() + 92);
  append_be(header, storage::crc32c(header));
  std::ranges::copy(header, bytes.begin());
  write(segment(0, 5), bytes);
  const auto newer = Archive::open(path(), network());
  ASSERT_FALSE(newer);
  EXPECT_EQ(newer.error().storage, storage::Error::newer_format);
}

TEST_F(ArchiveTest, NothingIsPrunedThatIsNotWholeInTheArchive) {
  play(6);
  reopen();
  h_.checkpoint();
  ASSERT_EQ(*journal().archive_below(8, 4, true), 8u);
  const auto good = contents(segment(4, 7));
  auto bad = good;
  bad[good.size() / 2] ^= 1;
  write(segment(4, 7), bad);
  reopen();
  const auto pruned = journal().prune_below(8);
  ASSERT_FALSE(pruned);
  EXPECT_EQ(pruned.error().code, FaultCode::archive_corrupt);
  EXPECT_EQ(*journal().first_height(), 4u) << "the segment before is whole";
  std::filesystem::remove(segment(4, 7));
  reopen();
  EXPECT_EQ(*journal().prune_below(8), 0u);
  EXPECT_TRUE(journal().read(5));
}

TEST_F(ArchiveTest, NothingIsPrunedOfASegmentWhoseSyncHasFailed) {
  play(6);
  reopen();
  h_.checkpoint();
  ASSERT_EQ(*journal().archive_below(8, 4, true), 8u);
  const FailingSync failing(segment(0, 3).filename().string(), EIO);
  const auto pruned = journal().prune_below(8);
  EXPECT_EQ(failing.failed(), 1);
  ASSERT_FALSE(pruned);
  EXPECT_EQ(pruned.error().storage, storage::Error::outcome_unknown);
  EXPECT_EQ(*journal().first_height(), 0u);
}

// Opened by name and not through what was once open: the only copy is what lies there now.
TEST_F(ArchiveTest, NothingIsPrunedOfASegmentThatWasRemovedOrReplacedSinceItWasWritten) {
  play(6);
  reopen();
  h_.checkpoint();
  ASSERT_EQ(*journal().archive_below(8, 4, true), 8u);
  const auto good = contents(segment(0, 3));
  std::filesystem::remove(segment(0, 3));
  EXPECT_EQ(*journal().prune_below(8), 0u) << "it is not there any more";
  auto bad = good;
  bad[good.size() / 2] ^= 1;
  write(segment(0, 3), bad);
  const auto replaced = journal().prune_below(8);
  ASSERT_FALSE(replaced);
  EXPECT_EQ(replaced.error().code, FaultCode::archive_corrupt);
  EXPECT_EQ(*journal().first_height(), 0u);
  EXPECT_TRUE(journal().read(0));
  std::filesystem::remove(segment(0, 3));
  EXPECT_EQ(*journal().archive_below(8, 4, true), 8u) << "what is not there is written again";
  EXPECT_EQ(contents(segment(0, 3)), good);
  EXPECT_EQ(*journal().prune_below(8), 8u);
}

TEST_F(ArchiveTest, SegmentsOfOtherBoundsThatHoldTheSameBlocksAreAsGoodAsOne) {
  play(20);
  reopen();
  const auto before = hashes();
  const auto aside = directory_ / "aside";
  // What runs with other options have left, interrupted before anything was pruned.
  for (const std::uint64_t blocks : {16, 5, 7}) {
    ASSERT_TRUE(journal().archive_below(20, blocks, false));
    std::filesystem::create_directories(aside);
    for (const auto& file : std::filesystem::directory_iterator(path())) {
      std::filesystem::rename(file.path(), aside / file.path().filename());
    }
  }
  std::filesystem::remove(path());
  std::filesystem::rename(aside, path());
  reopen();
  const auto segments = *journal().archive()->segments();
  ASSERT_EQ(segments.size(), 2u) << "those of 16 and of 5 blocks";
  EXPECT_EQ(end_from(segments, 0), 20u);
  h_.checkpoint();
  EXPECT_EQ(*journal().archive_below(22, 4, true), 22u);
  EXPECT_EQ(*journal().prune_below(22), 22u);
  EXPECT_EQ(hashes(), before);
  std::filesystem::remove(segment(0, 15));
  EXPECT_EQ(hashes(), before) << "the others have its blocks too";
}

TEST_F(ArchiveTest, ManySegmentsTakeNoDescriptors) {
  play(40);
  reopen();
  ASSERT_EQ(*journal().archive_below(40, 1, true), 40u);
  h_.checkpoint();
  ASSERT_EQ(*journal().prune_below(40), 40u);
  const auto open_files = [] {
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return std::distance(begin(all), end(all));
  };
  h_.ledger.reset();
  const auto without = open_files();
  const auto archive = open();
  for (std::uint64_t height = 0; height < 40; ++height) EXPECT_TRUE(archive->read(height));
  EXPECT_FALSE(archive->read(40));
  EXPECT_EQ(open_files(), without);
}

// Blocks 0 … 3 of a ledger that went another way.
class OtherHistoryTest : public ArchiveTest {
 protected:
  std::filesystem::path write_other() {
    LedgerOnMemory other;
    other.now_ms += 5'000;
    const auto funds = other.fund(4);
    other.archive_directory = directory_ / "other";
    other.open();
    other.one(pay(funds, 0, 10));
    EXPECT_EQ(*other.ledger->journal().archive_below(4, 4, true), 4u);
    return directory_ / "other" / segment_name(0, 3);
  }
};

TEST_F(OtherHistoryTest, BesideThisOneItsSegmentStopsTheStartAndBothAreNamed) {
  play(6);
  reopen();
  ASSERT_EQ(*journal().archive_below(6, 6, true), 6u);
  std::filesystem::copy_file(write_other(), segment(0, 3));
  h_.ledger.reset();
  const auto archive = Archive::open(path(), network());
  ASSERT_FALSE(archive);
  EXPECT_EQ(archive.error().code, FaultCode::archive_corrupt);
  EXPECT_NE(archive.error().detail.find(segment_name(0, 3)), std::string::npos);
  EXPECT_NE(archive.error().detail.find(segment_name(0, 5)), std::string::npos);
}

TEST_F(OtherHistoryTest, ItsSegmentIsNotTakenForThisOne) {
  play(4);
  reopen();
  ASSERT_EQ(*journal().archive_below(4, 4, true), 4u);
  std::filesystem::copy_file(write_other(), segment(0, 3),
                             std::filesystem::copy_options::overwrite_existing);
  reopen();
  h_.checkpoint();
  const auto pruned = journal().prune_below(4);
  ASSERT_FALSE(pruned);
  EXPECT_EQ(pruned.error().code, FaultCode::archive_corrupt);
  EXPECT_EQ(*journal().first_height(), 0u);
}

}  // namespace
}  // namespace tally::test
