// The writer without threads: it is stepped, and what runs beside it is run when the test says so.
#include "engine/writer.hpp"

#include "support/ledger_on_memory.hpp"

namespace tally::engine {
namespace {

using contracts::ErrorCode;
using ledger::Outcome;
using Kind = Outcome::Kind;

/// Keeps the work until it is told to do it, or asked for the result.
class HeldRunner final : public CheckpointRunner {
 public:
  void start(std::function<ledger::Faulty<void>()> work) override { work_ = std::move(work); }
  [[nodiscard]] bool done() const override { return result_.has_value(); }
  ledger::Faulty<void> take() override {
    run();
    auto result = std::move(*result_);
    result_.reset();
    return result;
  }
  void run() {
    if (!work_) return;
    result_ = work_();
    work_ = {};
  }
  [[nodiscard]] bool holds() const { return work_ != nullptr; }

 private:
  std::function<ledger::Faulty<void>()> work_;
  std::optional<ledger::Faulty<void>> result_;
};

/// What ends the process in the node ends the step here.
struct ProcessEnded {};

struct World {
  explicit World(ledger::LedgerOptions options = {})
      : disk(std::move(options), [](std::string_view) { throw ProcessEnded{}; }) {
    disk.clock.step_wall(disk.now_ms);
  }

  void step(std::vector<test::Draft> drafts) {
    std::vector<Admitted> batch;
    for (const auto& draft : drafts) {
      auto admitted = Admission(test::network()).admit(draft.sign());
      ASSERT_TRUE(admitted);
      batch.push_back({std::move(*admitted),
                       [this](Outcome outcome) { answers.push_back(std::move(outcome)); },
                       {}});
    }
    writer.step(std::move(batch));
  }
  void fail_commits(storage::MemoryDisk& at, storage::Error error, bool takes_effect) {
    at.set_commit_fault([=, this] {
      ++commits;
      return storage::CommitFault{error, takes_effect};
    });
  }

  test::LedgerOnMemory disk;
  Outcome funds = disk.fund(50);
  BlockFeed feed{disk.ledger->journal(), disk.ledger->head().height, std::size_t{1} << 20};
  HeldRunner runner;
  Writer writer{*disk.ledger, disk.clock, feed, runner, {}};
  std::vector<Outcome> answers;
  int commits = 0;
};

TEST(Writer, answers_in_order_once_the_block_is_in_the_feed) {
  World world;
  const auto tip = world.feed.tip();
  world.step({test::pay(world.funds, 0, 30), test::pay(world.funds, 0, 31)});
  ASSERT_EQ(world.answers.size(), 2u);
  EXPECT_EQ(world.answers[0].kind, Kind::settled);
  EXPECT_EQ(world.answers[1].kind, Kind::rejected);
  EXPECT_EQ(world.feed.tip(), tip + 1);
  EXPECT_EQ(world.writer.head().height, tip + 1);
}

TEST(Writer, while_halted_it_refuses_and_writes_nothing) {
  World world;
  world.fail_commits(world.disk.journal_disk, storage::Error::disk_full, false);
  world.step({test::pay(world.funds, 0, 30)});
  world.step({test::pay(world.funds, 1, 30)});
  EXPECT_EQ(world.commits, 1);
  ASSERT_EQ(world.answers.size(), 2u);
  for (const auto& answer : world.answers) {
    EXPECT_EQ(answer.error->code, ErrorCode::writing_halted);
  }
  EXPECT_FALSE(world.writer.advance_time(1'000));
  world.disk.journal_disk.set_commit_fault({});
  world.writer.resume();
  world.step({test::pay(world.funds, 0, 30)});
  EXPECT_EQ(world.answers.back().kind, Kind::settled);
}

TEST(Writer, held_it_makes_no_block_whatever_is_due_until_it_is_resumed) {
  World world;
  Writer held(*world.disk.ledger, world.disk.clock, world.feed, world.runner, {});
  held.hold();
  const auto tip = world.feed.tip();
  world.disk.clock.advance(10 * contracts::kDayMs);
  held.step({});
  EXPECT_TRUE(held.state().halted);
  EXPECT_FALSE(held.state().waits_for_room);
  EXPECT_FALSE(held.advance_time(1'000));
  EXPECT_EQ(world.feed.tip(), tip);
  held.resume();
  held.step({});
  EXPECT_EQ(world.feed.tip(), tip + 1) << "the heartbeat was due";
}

TEST(Writer, an_unknown_outcome_ends_the_process_unanswered_and_is_not_tried_again) {
  for (const bool takes_effect : {false, true}) {
    World world;
    world.fail_commits(world.disk.journal_disk, storage::Error::outcome_unknown, takes_effect);
    EXPECT_THROW(world.step({test::pay(world.funds, 0, 30)}), ProcessEnded);
    EXPECT_EQ(world.commits, 1);
    EXPECT_TRUE(world.answers.empty());
  }
}

TEST(Writer, an_unknown_outcome_while_time_is_advanced_ends_the_process) {
  World world;
  world.fail_commits(world.disk.journal_disk, storage::Error::outcome_unknown, true);
  EXPECT_THROW(world.writer.advance_time(60'000), ProcessEnded);
  EXPECT_EQ(world.commits, 1);
}

TEST(Writer, a_checkpoint_of_unknown_outcome_ends_the_process) {
  ledger::LedgerOptions few;
  few.overlay_outputs_max = 10;
  World world(few);
  world.step({});
  ASSERT_TRUE(world.runner.holds());
  world.fail_commits(world.disk.state_disk, storage::Error::outcome_unknown, false);
  EXPECT_THROW(world.runner.run(), ProcessEnded);
  EXPECT_EQ(world.commits, 1);
}

// Where the stores do not end it, the writer does rather than answer.
TEST(Writer, it_answers_nobody_after_an_unknown_outcome) {
  const auto answer_all_the_same = [] {
    test::LedgerOnMemory disk({}, {});
    disk.clock.step_wall(disk.now_ms);
    disk.journal_disk.set_commit_fault(
        [] { return storage::CommitFault{storage::Error::outcome_unknown, true}; });
    BlockFeed feed{disk.ledger->journal(), disk.ledger->head().height, std::size_t{1} << 20};
    HeldRunner runner;
    Writer writer{*disk.ledger, disk.clock, feed, runner, {}};
    auto admitted = Admission(test::network()).admit(test::admit_members({"ana"}).sign());
    std::vector<Admitted> batch;
    batch.push_back({std::move(*admitted), [](const Outcome&) { std::_Exit(0); }, {}});
    writer.step(std::move(batch));
    std::_Exit(0);
  };
  EXPECT_DEATH(answer_all_the_same(), "outcome_unknown");
}

TEST(Writer, a_checkpoint_that_met_a_full_disk_halts_and_is_tried_again_on_resuming) {
  ledger::LedgerOptions few;
  few.overlay_outputs_max = 10;
  World world(few);
  world.step({});
  world.fail_commits(world.disk.state_disk, storage::Error::disk_full, false);
  world.runner.run();
  world.step({});
  EXPECT_TRUE(world.writer.state().halted);
  world.disk.state_disk.set_commit_fault({});
  world.writer.resume();
  world.step({});
  ASSERT_TRUE(world.runner.holds());
  world.runner.run();
  world.step({});
  EXPECT_EQ(world.disk.ledger->checkpoint_height(), world.disk.ledger->head().height);
}

TEST(Writer, it_resumes_by_itself_once_there_is_room) {
  World world;
  world.fail_commits(world.disk.journal_disk, storage::Error::disk_full, false);
  world.step({test::pay(world.funds, 0, 30)});
  EXPECT_TRUE(world.writer.state().waits_for_room);
  world.disk.journal_disk.set_commit_fault({});
  world.disk.journal_disk.set_capacity(1);
  world.disk.clock.advance(10'000);
  world.step({test::pay(world.funds, 0, 30)});
  EXPECT_EQ(world.answers.back().error->code, ErrorCode::writing_halted) << "there is no room";
  world.disk.journal_disk.set_capacity(SIZE_MAX);
  world.disk.clock.advance(10'000);
  world.step({test::pay(world.funds, 0, 30)});
  EXPECT_EQ(world.answers.back().kind, Kind::settled);
  EXPECT_FALSE(world.writer.state().halted);
}

TEST(Writer, a_checkpoint_that_wants_room_is_tried_until_it_has_it) {
  ledger::LedgerOptions few;
  few.overlay_outputs_max = 10;
  World world(few);
  world.step({});
  world.fail_commits(world.disk.state_disk, storage::Error::disk_full, false);
  for (int round = 0; round < 3; ++round) {
    world.runner.run();
    world.step({});
    EXPECT_TRUE(world.writer.state().waits_for_room) << "round " << round;
    world.disk.clock.advance(1'000);
    world.step({});
    ASSERT_TRUE(world.runner.holds()) << "round " << round;
  }
  EXPECT_EQ(world.commits, 3);
  world.disk.state_disk.set_commit_fault({});
  world.runner.run();
  world.step({});
  world.disk.clock.advance(1'000);
  world.step({test::pay(world.funds, 0, 30)});
  EXPECT_EQ(world.answers.back().kind, Kind::settled);
}

TEST(Writer, room_does_not_undo_a_halt_that_waits_for_a_person) {
  World world;
  world.disk.clock.step_wall(100 * 60'000);  // a jump
  world.step({});
  ASSERT_TRUE(world.writer.state().halted);
  EXPECT_FALSE(world.writer.state().waits_for_room);
  world.disk.clock.advance(10'000);
  world.step({test::pay(world.funds, 0, 30)});
  EXPECT_EQ(world.answers.back().error->code, ErrorCode::writing_halted);
}

TEST(Writer, at_the_bound_of_its_memory_it_waits_for_the_checkpoint) {
  ledger::LedgerOptions few;
  few.overlay_outputs_max = 10;
  World world(few);
  world.step({});
  ASSERT_TRUE(world.runner.holds());
  for (std::uint32_t i = 0; i < 20; ++i) world.step({test::pay(world.funds, i, 30)});
  EXPECT_EQ(world.answers.size(), 20u);
  EXPECT_GT(world.disk.ledger->checkpoint_height(), 3u);
  EXPECT_FALSE(world.disk.ledger->overloaded() && !world.runner.holds());
}

// As when readers do not let the map grow: control work and a stop get their turn meanwhile.
TEST(Writer, at_the_bound_of_its_memory_a_checkpoint_that_is_busy_halts_until_it_is_written) {
  ledger::LedgerOptions few;
  few.overlay_outputs_max = 10;
  World world(few);
  world.step({});
  ASSERT_TRUE(world.runner.holds());
  world.fail_commits(world.disk.state_disk, storage::Error::busy, false);
  for (std::uint32_t i = 0; i < 20 && !world.writer.state().halted; ++i) {
    world.step({test::pay(world.funds, i, 30)});
  }
  EXPECT_TRUE(world.writer.state().waits_for_room);
  EXPECT_EQ(world.answers.back().error->code, ErrorCode::writing_halted);
  const auto tries = world.commits;
  world.step({});
  EXPECT_EQ(world.commits, tries) << "it is not tried again at once";
  world.disk.clock.advance(1'000);
  world.step({});
  world.runner.run();
  world.step({});
  EXPECT_EQ(world.commits, tries + 1);
  EXPECT_TRUE(world.writer.state().waits_for_room);
  world.disk.state_disk.set_commit_fault({});
  for (int round = 0; round < 3; ++round) {
    world.disk.clock.advance(1'000);
    world.step({});
    world.runner.run();
  }
  EXPECT_FALSE(world.writer.state().halted);
  world.step({test::pay(world.funds, 30, 30)});
  EXPECT_EQ(world.answers.back().kind, Kind::settled);
}

// A node that slept for hours: the blocks up to now, and those beyond, are more than one commit.
TEST(Writer, time_that_was_advanced_before_a_fault_is_in_the_feed) {
  World world;
  world.disk.clock.advance(4 * 3'600'000);
  const auto first = world.feed.tip();
  world.disk.journal_disk.set_commit_fault([&]() -> std::optional<storage::CommitFault> {
    if (++world.commits != 2) return std::nullopt;
    return storage::CommitFault{storage::Error::disk_full, false};
  });
  EXPECT_FALSE(world.writer.advance_time(60'000));
  EXPECT_EQ(world.commits, 2);
  EXPECT_GT(world.feed.tip(), first);
  EXPECT_EQ(world.feed.tip(), world.disk.ledger->head().height);
  EXPECT_EQ(world.writer.head().height, world.disk.ledger->head().height);
  world.writer.resume();
  EXPECT_TRUE(world.writer.advance_time(60'000)) << world.writer.state().reason;
  EXPECT_EQ(world.feed.tip(), world.disk.ledger->head().height);
  EXPECT_GE(world.writer.time_ms(), world.disk.clock.wall_ms() + 60'000);
}

TEST(Writer, finishing_takes_a_checkpoint_of_the_last_block) {
  World world;
  world.step({test::pay(world.funds, 0, 30)});
  world.writer.finish();
  EXPECT_EQ(world.disk.ledger->checkpoint_height(), world.disk.ledger->head().height);
}

}  // namespace
}  // namespace tally::engine
