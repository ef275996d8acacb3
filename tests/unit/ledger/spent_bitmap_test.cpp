#include "ledger/spent_bitmap.hpp"

#include <gtest/gtest.h>

#include <random>

namespace tally::ledger {
namespace {

TEST(SpentBitmap, agrees_with_a_set_and_with_one_built_at_once) {
  std::mt19937_64 random(7);
  SpentBitmap bitmap;
  std::set<std::uint64_t> model;
  for (int round = 0; round < 50; ++round) {
    bitmap.resize(bitmap.size() + random() % 2'000);
    for (int i = 0; i < 100 && bitmap.size() > 0; ++i) {
      const auto n = random() % bitmap.size();
      ASSERT_EQ(bitmap.spent(n), model.contains(n));
      if (model.insert(n).second) bitmap.mark(n);
    }
    bitmap.settle();
  }
  SpentBitmap fresh;
  fresh.resize(bitmap.size());
  for (const auto n : model) fresh.mark(n);
  EXPECT_EQ(fresh.settle(), bitmap.settle());

  SpentBitmap loaded;
  loaded.resize(bitmap.size());
  for (const auto& page : fresh.take_dirty_pages()) ASSERT_TRUE(loaded.load(page));
  EXPECT_EQ(loaded.settle(), bitmap.settle());
  for (const auto n : model) ASSERT_TRUE(loaded.spent(n));
}

TEST(SpentBitmap, an_undone_block_leaves_the_root_as_it_was) {
  SpentBitmap bitmap;
  bitmap.resize(300);
  bitmap.mark(5);
  const auto before = bitmap.settle();
  bitmap.resize(10'000);
  bitmap.mark(6);
  bitmap.unmark(6);
  bitmap.resize(300);
  EXPECT_EQ(bitmap.settle(), before);
}

// The root commits to the count of leaves, so that of a sealed block must go with it.
TEST(SpentBitmap, an_undone_block_that_was_settled_leaves_no_trace) {
  SpentBitmap bitmap;
  bitmap.resize(300);
  const auto before = bitmap.settle();
  bitmap.resize(10'000);
  bitmap.mark(7'000);
  bitmap.settle();
  bitmap.unmark(7'000);
  bitmap.resize(300);
  EXPECT_EQ(bitmap.settle(), before);
  bitmap.mark(5);
  bitmap.resize(9'000);
  SpentBitmap twin;
  twin.resize(9'000);
  twin.mark(5);
  EXPECT_EQ(bitmap.settle(), twin.settle());
}

TEST(SpentBitmap, an_undone_block_hands_out_no_page_beyond_the_end) {
  SpentBitmap bitmap;
  bitmap.resize(300);
  bitmap.resize(2 * SpentBitmap::kPageBits);
  bitmap.mark(SpentBitmap::kPageBits + 1);
  bitmap.unmark(SpentBitmap::kPageBits + 1);
  bitmap.resize(300);
  EXPECT_TRUE(bitmap.take_dirty_pages().empty());
}

TEST(SpentBitmap, dirty_pages_are_handed_out_once) {
  SpentBitmap bitmap;
  bitmap.resize(3 * SpentBitmap::kPageBits);
  bitmap.mark(0);
  bitmap.mark(2 * SpentBitmap::kPageBits);
  const auto pages = bitmap.take_dirty_pages();
  ASSERT_EQ(pages.size(), 2u);
  EXPECT_EQ(pages[0].index, 0u);
  EXPECT_EQ(pages[1].index, 2u);
  EXPECT_EQ(pages[0].bytes[0], 1);
  EXPECT_TRUE(bitmap.take_dirty_pages().empty());
}

}  // namespace
}  // namespace tally::ledger
