#include "custody/leases.hpp"

#include <gtest/gtest.h>

namespace tally::custody {
namespace {

using Numbers = std::vector<std::uint64_t>;

class LeasesTest : public testing::Test {
 protected:
  ManualClock clock_{0};
  LeaseLimits limits_{4, 6, 9, 1'000};
  Leases leases_{clock_, limits_};
  const crypto::PublicKey ana_{Hash32{1}};
  const crypto::PublicKey bo_{Hash32{2}};
};

TEST_F(LeasesTest, AllOrNothing) {
  ASSERT_TRUE(leases_.lease(ana_, Numbers{1, 2}, 100));
  EXPECT_EQ(leases_.lease(ana_, Numbers{3, 2}, 100).error(), Error::leased);
  EXPECT_EQ(leases_.lease(bo_, Numbers{2}, 100).error(), Error::leased);
  EXPECT_FALSE(leases_.is_leased(3));
  EXPECT_TRUE(leases_.is_leased(1));
  EXPECT_EQ(leases_.free_of(Numbers{4, 2, 3, 1}), (Numbers{4, 3}));
  EXPECT_EQ(leases_.size(), 2u);
}

TEST_F(LeasesTest, RefusesInOrder) {
  ASSERT_TRUE(leases_.lease(ana_, Numbers{1, 2, 3}, 100));
  struct Row {
    std::string what;
    Numbers numbers;
    std::uint64_t ttl_ms;
    Error error;
  };
  const Row rows[] = {
      {"none", {}, 100, Error::invalid},
      {"over the lease's bound", {1, 5, 6, 7, 8}, 100, Error::invalid},
      {"no time", {1}, 0, Error::invalid},
      {"too long", {1}, 1'001, Error::invalid},
      {"twice", {1, 5, 1}, 100, Error::invalid},
      {"leased, and over the account's bound", {1, 5, 6, 7}, 100, Error::leased},
      {"over the account's bound", {5, 6, 7, 8}, 100, Error::too_many},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(leases_.lease(ana_, row.numbers, row.ttl_ms).error(), row.error) << row.what;
  }
  EXPECT_TRUE(leases_.lease(ana_, Numbers{5, 6, 7}, 1'000));
  EXPECT_EQ(leases_.lease(bo_, Numbers{11, 12, 13, 14}, 100).error(), Error::too_many);
  EXPECT_TRUE(leases_.lease(bo_, Numbers{11, 12, 13}, 100));
  EXPECT_EQ(leases_.size(), 9u);
}

TEST_F(LeasesTest, EndsByTime) {
  ASSERT_TRUE(leases_.lease(ana_, Numbers{1}, 100));
  ASSERT_TRUE(leases_.lease(ana_, Numbers{2}, 50));
  clock_.advance(50);
  EXPECT_TRUE(leases_.is_leased(1));
  EXPECT_FALSE(leases_.is_leased(2));
  clock_.step_wall(0);  // the wall clock has no say
  EXPECT_TRUE(leases_.is_leased(1));
  clock_.advance(50);
  EXPECT_FALSE(leases_.is_leased(1));
  EXPECT_EQ(leases_.size(), 0u);
  EXPECT_TRUE(leases_.lease(bo_, Numbers{1, 2}, 1'000));
}

TEST_F(LeasesTest, EndsByRelease) {
  const auto id = leases_.lease(ana_, Numbers{1, 2, 3, 4}, 100);
  EXPECT_EQ(leases_.release(bo_, *id).error(), Error::not_found);
  EXPECT_EQ(leases_.release(ana_, *id + 1).error(), Error::not_found);
  ASSERT_TRUE(leases_.release(ana_, *id));
  EXPECT_EQ(leases_.release(ana_, *id).error(), Error::not_found);
  // The account's bound is free again.
  EXPECT_TRUE(leases_.lease(ana_, Numbers{1, 2, 3, 4}, 100));
  EXPECT_TRUE(leases_.lease(ana_, Numbers{5, 6}, 100));
  clock_.advance(100);
  EXPECT_EQ(leases_.release(ana_, 2).error(), Error::not_found);
}

TEST_F(LeasesTest, NoNumberIsLeasedTwiceAtOnce) {
  Leases leases(clock_);
  std::atomic<int> won = 0;
  std::vector<std::thread> threads;
  for (std::uint8_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (std::uint64_t n = 0; n < 500; ++n) {
        if (leases.lease({Hash32{t}}, Numbers{n, n + 10'000}, 1'000)) ++won;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(won, 500);
  EXPECT_EQ(leases.size(), 1'000u);
}

}  // namespace
}  // namespace tally::custody
