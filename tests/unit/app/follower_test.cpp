// The views' thread, over an engine and views in memory.
#include "app/follower.hpp"

#include <gmock/gmock.h>

#include "support/ledger_on_memory.hpp"

namespace tally::app {
namespace {

using contracts::ErrorCode;
using ledger::Outcome;
using testing::HasSubstr;

class FollowerTest : public testing::Test {
 protected:
  FollowerTest() {
    disk_.clock.step_wall(disk_.now_ms);
    auto options = views::Views::store_options(disk_.ledger->network_id());
    options.create = true;
    auto store = storage::open_memory_store(views_disk_, disk_.clock, options);
    views_ = std::move(*views::Views::open(
        std::move(*store), disk_.ledger->genesis(),
        [this](std::uint64_t height) { return disk_.ledger->journal().read(height); }));
    engine_ = std::make_unique<engine::Engine>(*disk_.ledger, disk_.clock, engine::EngineOptions{});
    follower_ = std::make_unique<Follower>(*engine_, *views_);
  }
  ~FollowerTest() override { engine_->stop(); }

  Outcome pay(std::uint32_t coin) {
    std::promise<Outcome> promise;
    engine_->submit(test::pay(funds_, coin, 30).sign(),
                    [&](Outcome outcome) { promise.set_value(std::move(outcome)); });
    return promise.get_future().get();
  }
  void fail_commits(storage::Error error) {
    views_disk_.set_commit_fault([error] { return storage::CommitFault{error, false}; });
  }
  [[nodiscard]] bool reach(std::uint64_t height) const {
    return views_->wait_for(height, std::chrono::seconds(10));
  }

  test::LedgerOnMemory disk_;
  Outcome funds_ = disk_.fund(10);
  storage::MemoryDisk views_disk_;
  std::unique_ptr<views::Views> views_;
  std::unique_ptr<engine::Engine> engine_;
  std::unique_ptr<Follower> follower_;
};

TEST_F(FollowerTest, the_views_follow_to_the_end) {
  const auto height = pay(0).height;
  EXPECT_TRUE(reach(height));
  engine_->stop();
  follower_->join();
  EXPECT_EQ(views_->next_height(), engine_->head().height + 1);
  EXPECT_LT(follower_->durable_height(), views_->next_height());
}

// Else blocks would settle until the memory for what no view knows is full, and then nothing would
// say why.
TEST_F(FollowerTest, views_that_cannot_go_on_halt_writing_until_somebody_resumes) {
  ASSERT_TRUE(reach(pay(0).height));
  fail_commits(storage::Error::corrupt);
  const auto before = pay(1).height;
  while (!engine_->writing_state().halted) std::this_thread::yield();
  const auto state = engine_->writing_state();
  EXPECT_FALSE(state.waits_for_room);
  EXPECT_THAT(state.reason, HasSubstr("storage corrupt"));
  EXPECT_THAT(state.reason,
              HasSubstr(fmt::format("the views stand still at block {}", before - 1)));
  EXPECT_THAT(state.reason, HasSubstr("views/data.mdb"));
  EXPECT_THAT(state.reason, HasSubstr("tally-replay --rebuild-views"));
  EXPECT_EQ(pay(2).error->code, ErrorCode::writing_halted);
  EXPECT_TRUE(views_->snapshot());
  // In vain, and then not.
  EXPECT_TRUE(engine_->resume());
  while (!engine_->writing_state().halted) std::this_thread::yield();
  views_disk_.set_commit_fault({});
  EXPECT_TRUE(engine_->resume());
  EXPECT_TRUE(reach(before));
  EXPECT_TRUE(reach(pay(3).height));
  EXPECT_FALSE(engine_->writing_state().halted);
}

TEST_F(FollowerTest, what_passes_is_waited_for) {
  fail_commits(storage::Error::disk_full);
  const auto height = pay(0).height;
  EXPECT_FALSE(views_->wait_for(height, std::chrono::milliseconds(300)));
  EXPECT_FALSE(engine_->writing_state().halted);
  views_disk_.set_commit_fault({});
  EXPECT_TRUE(reach(height));
}

TEST_F(FollowerTest, a_stop_does_not_wait_for_views_that_stand_still) {
  fail_commits(storage::Error::io);
  pay(0);
  while (!engine_->writing_state().halted) std::this_thread::yield();
  engine_->stop();
  follower_->join();
  EXPECT_LE(views_->next_height(), engine_->head().height);
}

}  // namespace
}  // namespace tally::app
