#include "ledger/fair_mutex.hpp"

#include <gtest/gtest.h>

#include <shared_mutex>
#include <thread>

namespace tally::ledger {
namespace {

// With std::shared_mutex this test never ends: readers that overlap keep the writer out for ever.
TEST(FairMutex, a_writer_that_waits_keeps_new_readers_out) {
  FairMutex mutex;
  std::shared_lock first(mutex);
  std::thread writer([&] { const std::unique_lock lock(mutex); });
  while (mutex.try_lock_shared()) mutex.unlock_shared();
  first.unlock();
  writer.join();
  EXPECT_TRUE(mutex.try_lock_shared());
  mutex.unlock_shared();
}

TEST(FairMutex, readers_share_it) {
  FairMutex mutex;
  const std::shared_lock first(mutex);
  ASSERT_TRUE(mutex.try_lock_shared());
  mutex.unlock_shared();
}

}  // namespace
}  // namespace tally::ledger
