#include "base/bounded_queue.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace tally {
namespace {

using std::chrono::milliseconds;

TEST(BoundedQueue, RefusesWhatDoesNotFitAndLeavesItWhole) {
  BoundedQueue<std::unique_ptr<int>> queue(1);
  auto first = std::make_unique<int>(1);
  auto second = std::make_unique<int>(2);
  EXPECT_TRUE(queue.try_push(first));
  EXPECT_FALSE(queue.try_push(second));
  ASSERT_TRUE(second);
  EXPECT_EQ(**queue.pop(), 1);
  EXPECT_TRUE(queue.try_push(second));
}

TEST(BoundedQueue, DrainsInOrderUpToACount) {
  BoundedQueue<int> queue(8);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(queue.try_push(i));
  EXPECT_EQ(queue.drain(3, milliseconds(0)), (std::vector{0, 1, 2}));
  EXPECT_EQ(queue.drain(3, milliseconds(0)), (std::vector{3, 4}));
  EXPECT_TRUE(queue.drain(3, milliseconds(0)).empty());
}

TEST(BoundedQueue, AClosedOneGivesWhatItHasAndThenNothing) {
  BoundedQueue<int> queue(8);
  int value = 7;
  EXPECT_TRUE(queue.try_push(value));
  queue.close();
  EXPECT_FALSE(queue.try_push(value));
  EXPECT_EQ(queue.pop(), 7);
  EXPECT_FALSE(queue.pop());
}

TEST(BoundedQueue, ClosingWakesWhoWaits) {
  BoundedQueue<int> queue(8);
  std::optional<int> got = 1;
  std::thread waiting([&] { got = queue.pop(); });
  queue.close();
  waiting.join();
  EXPECT_FALSE(got);
}

}  // namespace
}  // namespace tally
