#include "app/housekeeper.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace tally::app {
namespace {

TEST(HousekeeperTest, WorksAtOnceAndAgain) {
  std::atomic<int> times = 0;
  std::promise<void> thrice;
  Housekeeper keeper(
      [&] {
        if (++times == 3) thrice.set_value();
      },
      std::chrono::milliseconds(1));
  thrice.get_future().wait();
}

TEST(HousekeeperTest, AStopDoesNotWaitForThePause) {
  std::atomic<int> times = 0;
  std::promise<void> once;
  Housekeeper keeper(
      [&] {
        if (++times == 1) once.set_value();
      },
      std::chrono::hours(1));
  once.get_future().wait();
  keeper.stop();
  keeper.stop();
  EXPECT_EQ(times, 1);
}

}  // namespace
}  // namespace tally::app
