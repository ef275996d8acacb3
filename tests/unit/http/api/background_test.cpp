#include "http/api/background.hpp"

#include <gtest/gtest.h>

#include <future>

#include "storage/memory_store.hpp"
#include "support/small_network.hpp"

namespace tally::http {
namespace {

using std::chrono::milliseconds;

class BackgroundTest : public testing::Test {
 protected:
  void SetUp() override {
    auto options = views::Views::store_options(test::network());
    options.create = true;
    auto store = storage::open_memory_store(disk_, clock_, options);
    ASSERT_TRUE(store);
    auto opened = views::Views::open(
        std::move(*store), client::development_genesis(), [](std::uint64_t height) {
          return ledger::Faulty<codec::Block>(
              ledger::fault(ledger::FaultCode::journal_gap, height, "there are no blocks"));
        });
    ASSERT_TRUE(opened);
    views_ = std::move(*opened);
  }

  void add_block(std::uint64_t height) {
    auto block = std::make_shared<codec::Block>();
    block->header.height = height;
    block->header.time_ms = test::kStartMs + height;
    const std::shared_ptr<const codec::Block> shared = block;
    ASSERT_TRUE(views_->apply(std::span(&shared, 1)));
  }

  ManualClock clock_{test::kStartMs};
  storage::MemoryDisk disk_;
  std::unique_ptr<views::Views> views_;
};

TEST_F(BackgroundTest, RunsWhatIsPostedAndAllOfItBeforeItStops) {
  std::atomic<int> done = 0;
  {
    Background background(*views_);
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(background.post([&] { ++done; }));
    background.stop();
    EXPECT_FALSE(background.post([&] { ++done; })) << "after the end";
  }
  EXPECT_EQ(done, 100);
}

TEST_F(BackgroundTest, OutlivesWhatIsThrown) {
  std::promise<void> done;
  Background background(*views_, 1);
  ASSERT_TRUE(background.post([] { throw std::bad_alloc(); }));
  ASSERT_TRUE(background.post([&] { done.set_value(); }));
  done.get_future().wait();
}

TEST_F(BackgroundTest, RefusesWhatIsTooMuch) {
  Background background(*views_, 1, 1);
  std::promise<void> started;
  std::promise<void> go;
  ASSERT_TRUE(background.post([&] {
    started.set_value();
    go.get_future().wait();
  }));
  started.get_future().wait();
  EXPECT_TRUE(background.post([] {}));
  EXPECT_FALSE(background.post([] {}));
  go.set_value();
}

TEST_F(BackgroundTest, TellsWhoWaitsForAHeightWhenItIsReached) {
  Background background(*views_);
  std::promise<bool> first;
  std::promise<bool> second;
  ASSERT_TRUE(background.wait_for(2, milliseconds(60'000), [&](bool r) { second.set_value(r); }));
  ASSERT_TRUE(background.wait_for(1, milliseconds(60'000), [&](bool r) { first.set_value(r); }));
  add_block(1);
  EXPECT_TRUE(first.get_future().get());
  add_block(2);
  EXPECT_TRUE(second.get_future().get());
}

TEST_F(BackgroundTest, TellsThatTheTimeIsOver) {
  Background background(*views_);
  std::promise<bool> told;
  ASSERT_TRUE(background.wait_for(5, milliseconds(0), [&](bool r) { told.set_value(r); }));
  EXPECT_FALSE(told.get_future().get());
}

TEST_F(BackgroundTest, LetsNobodyWaitForEverWhenItStops) {
  std::promise<bool> told;
  Background background(*views_);
  ASSERT_TRUE(background.wait_for(5, milliseconds(600'000), [&](bool r) { told.set_value(r); }));
  background.stop();
  EXPECT_FALSE(told.get_future().get());
  EXPECT_FALSE(background.wait_for(1, milliseconds(1), [](bool) {}));
}

TEST_F(BackgroundTest, OneAddressCannotTakeAllWaits) {
  Background background(*views_);
  const auto wait = [&](const std::string& whose, milliseconds time) {
    return background.wait_for(5, time, [](bool) {}, whose);
  };
  std::size_t taken = 0;
  while (taken < 1'000 && wait("greedy", milliseconds(600'000))) ++taken;
  EXPECT_EQ(taken, 64u);
  EXPECT_TRUE(wait("other", milliseconds(600'000)));
  // Who has waited may wait again.
  std::promise<void> told;
  for (int i = 0; i < 64; ++i) {
    ASSERT_TRUE(background.wait_for(
        5, milliseconds(0),
        [&, i](bool) {
          if (i == 63) told.set_value();
        },
        "patient"));
  }
  told.get_future().wait();
  EXPECT_TRUE(wait("patient", milliseconds(600'000)));
}

TEST_F(BackgroundTest, OperatorsWaitForNoCallerAndNoCallerForThem) {
  Background background(*views_, 1);
  std::promise<void> go;
  const auto gate = go.get_future().share();
  std::promise<void> caller;
  std::promise<void> operators;
  ASSERT_TRUE(background.post([gate] { gate.wait(); }));
  ASSERT_TRUE(background.post_for_operator([gate] { gate.wait(); }));
  ASSERT_TRUE(background.post_for_operator([&] { operators.set_value(); }));
  operators.get_future().wait();
  ASSERT_TRUE(background.post([&] { caller.set_value(); }));
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(background.post_for_operator([gate] { gate.wait(); }));
  go.set_value();
  caller.get_future().wait();
}

}  // namespace
}  // namespace tally::http
