#include "engine/block_feed.hpp"

#include "support/ledger_on_memory.hpp"

namespace tally::engine {
namespace {

TEST(BlockFeed, keeps_what_fits_and_reads_the_rest_from_the_journal) {
  test::LedgerOnMemory disk;
  const auto funds = disk.fund(20);
  for (std::uint32_t i = 0; i < 10; ++i) disk.one(test::pay(funds, i, 30));
  const auto& journal = disk.ledger->journal();
  const auto tip = disk.ledger->head().height;
  const auto push_all = [&](BlockFeed& feed) {
    for (std::uint64_t height = 1; height <= tip; ++height) {
      feed.push(std::make_shared<const codec::Block>(*journal.read(height)));
    }
  };
  BlockFeed large(journal, 0, std::size_t{1} << 20);
  push_all(large);
  EXPECT_EQ(large.kept(), tip);
  BlockFeed small(journal, 0, 4'000);
  push_all(small);
  EXPECT_LT(small.kept(), tip);
  EXPECT_GE(small.kept(), 1u);
  BlockFeed tiny(journal, 0, 0);
  push_all(tiny);
  EXPECT_EQ(tiny.kept(), 1u);
  for (auto* feed : {&large, &small, &tiny}) {
    for (std::uint64_t height = 0; height <= tip; ++height) {
      const auto block = feed->get(height, std::chrono::milliseconds(0));
      ASSERT_TRUE(block && *block);
      EXPECT_EQ((*block)->header.height, height);
    }
    EXPECT_EQ(*feed->get(tip + 1, std::chrono::milliseconds(0)), nullptr);
  }
}

}  // namespace
}  // namespace tally::engine
