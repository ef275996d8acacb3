#include "storage/gate.hpp"

#include <gtest/gtest.h>

#include <atomic>

namespace tally::storage {
namespace {

using std::chrono::milliseconds;

TEST(Gate, LetsInSoManyReadersAndNoMore) {
  ManualClock clock(1000);
  Gate gate(clock, 2, milliseconds(10));
  const auto first = gate.enter_reader();
  clock.advance(5);
  const auto second = gate.enter_reader();
  ASSERT_TRUE(first && second);
  EXPECT_EQ(gate.enter_reader().error(), Error::busy);
  EXPECT_EQ(gate.readers(), 2u);
  clock.advance(7);
  EXPECT_EQ(gate.oldest_reader_ms(), 12u);
  gate.leave_reader(*first);
  EXPECT_EQ(gate.oldest_reader_ms(), 7u);
  EXPECT_TRUE(gate.enter_reader());
}

TEST(Gate, EmptyHouseHasNoOldestReader) {
  ManualClock clock(1000);
  Gate gate(clock, 2, milliseconds(10));
  EXPECT_EQ(gate.oldest_reader_ms(), 0u);
}

TEST(Gate, AloneIsRefusedWhileAnybodyIsInside) {
  ManualClock clock(1000);
  Gate gate(clock, 2, milliseconds(1));
  const auto reader = gate.enter_reader();
  EXPECT_EQ(gate.enter_alone().error(), Error::busy);
  // Having given up, it keeps nobody out.
  EXPECT_TRUE(gate.enter_reader());
  gate.leave_reader(*reader);
  gate.leave_reader(*reader);
  EXPECT_TRUE(gate.enter_alone());
}

TEST(Gate, AloneKeepsOthersOut) {
  ManualClock clock(1000);
  Gate gate(clock, 2, milliseconds(1));
  ASSERT_TRUE(gate.enter_alone());
  EXPECT_EQ(gate.enter_reader().error(), Error::busy);
  EXPECT_EQ(gate.enter_writer().error(), Error::busy);
  EXPECT_EQ(gate.enter_alone().error(), Error::busy);
  gate.leave_alone();
  EXPECT_TRUE(gate.enter_reader());
  EXPECT_TRUE(gate.enter_writer());
  gate.leave_writer();
}

TEST(Gate, WritersAreSingle) {
  SystemClock clock;
  Gate gate(clock, 2, milliseconds(60'000));
  int inside = 0;
  std::atomic<int> entered = 0;
  std::vector<std::thread> writers;
  for (int i = 0; i < 4; ++i) {
    writers.emplace_back([&] {
      for (int k = 0; k < 200; ++k) {
        if (!gate.enter_writer()) return;
        ++inside;
        EXPECT_EQ(inside, 1);
        --inside;
        gate.leave_writer();
        ++entered;
      }
    });
  }
  for (auto& writer : writers) writer.join();
  EXPECT_EQ(entered, 800);
}

TEST(GateDeathTest, OneThreadIsNotTwoWriters) {
  ManualClock clock(1000);
  Gate gate(clock, 2, milliseconds(1));
  ASSERT_TRUE(gate.enter_writer());
  EXPECT_DEATH((void)gate.enter_writer(), "CHECK failed");
  EXPECT_DEATH((void)gate.enter_alone(), "CHECK failed");
  gate.leave_writer();
  EXPECT_DEATH(gate.leave_writer(), "CHECK failed");
}

}  // namespace
}  // namespace tally::storage
