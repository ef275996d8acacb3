#include "engine/engine.hpp"

#include "support/ledger_on_memory.hpp"

namespace tally::engine {
namespace {

using contracts::ErrorCode;
using ledger::Outcome;
using Kind = Outcome::Kind;

class EngineTest : public testing::Test {
 protected:
  EngineTest() { funds_ = disk_.fund(200); }

  Engine& start(EngineOptions options = {}) {
    disk_.clock.step_wall(disk_.now_ms);
    engine_.reset();
    engine_ = std::make_unique<Engine>(*disk_.ledger, disk_.clock, options);
    return *engine_;
  }
  std::future<Outcome> submit(const test::Draft& draft, const Source& source = {}) {
    auto promise = std::make_shared<std::promise<Outcome>>();
    engine_->submit(
        draft.sign(), [promise](Outcome o) { promise->set_value(std::move(o)); }, source);
    return promise->get_future();
  }

  test::LedgerOnMemory disk_;
  Outcome funds_;
  std::unique_ptr<Engine> engine_;
};

TEST_F(EngineTest, answers_with_the_final_outcome) {
  start();
  EXPECT_EQ(submit(test::pay(funds_, 0, 30)).get().kind, Kind::settled);
  const auto twice = submit(test::pay(funds_, 0, 31)).get();
  EXPECT_EQ(twice.kind, Kind::rejected);
  EXPECT_EQ(twice.error->code, ErrorCode::already_spent);
}

TEST_F(EngineTest, of_many_spends_of_one_coin_one_settles) {
  start();
  std::vector<std::future<Outcome>> answers;
  for (std::uint64_t i = 1; i <= 50; ++i) answers.push_back(submit(test::pay(funds_, 0, i)));
  int settled = 0;
  for (auto& answer : answers) settled += answer.get().kind == Kind::settled;
  EXPECT_EQ(settled, 1);
}

TEST_F(EngineTest, a_full_queue_answers_at_once) {
  EngineOptions options;
  options.submissions_max = 0;
  start(options);
  const auto answer = submit(test::pay(funds_, 0, 30)).get();
  EXPECT_EQ(answer.kind, Kind::refused);
  EXPECT_EQ(answer.error->code, ErrorCode::queue_full);
}

TEST_F(EngineTest, stopping_answers_everything_that_was_taken) {
  start();
  std::vector<std::future<Outcome>> answers;
  for (std::uint32_t i = 0; i < 100; ++i) answers.push_back(submit(test::pay(funds_, i, 30)));
  engine_->stop();
  for (auto& answer : answers) EXPECT_EQ(answer.get().kind, Kind::settled);
  EXPECT_EQ(submit(test::pay(funds_, 150, 30)).get().error->code, ErrorCode::stopping);
}

TEST_F(EngineTest, a_full_disk_halts_writing_and_resume_goes_on) {
  start();
  disk_.journal_disk.set_commit_fault(
      [] { return storage::CommitFault{storage::Error::disk_full, false}; });
  EXPECT_EQ(submit(test::pay(funds_, 0, 30)).get().error->code, ErrorCode::writing_halted);
  EXPECT_TRUE(engine_->writing_state().halted);
  disk_.journal_disk.set_commit_fault({});
  EXPECT_EQ(submit(test::pay(funds_, 0, 30)).get().error->code, ErrorCode::writing_halted);
  EXPECT_TRUE(engine_->resume());
  EXPECT_EQ(submit(test::pay(funds_, 0, 30)).get().kind, Kind::settled);
}

// In a process of its own, which ends: without an answer, and with a status that says why.
TEST_F(EngineTest, after_an_unknown_outcome_the_process_ends_and_answers_nothing) {
  disk_.journal_disk.set_commit_fault(
      [] { return storage::CommitFault{storage::Error::outcome_unknown, true}; });
  const auto submit_and_wait = [&] {
    start();
    submit(test::pay(funds_, 0, 30)).get();
    std::_Exit(0);  // it was answered
  };
  EXPECT_EXIT(submit_and_wait(), testing::ExitedWithCode(storage::kUnknownOutcomeStatus), "");
}

TEST_F(EngineTest, a_jump_of_the_wall_clock_halts_instead_of_expiring_everything) {
  start();
  disk_.clock.step_wall(disk_.now_ms + contracts::kDayMs);
  EXPECT_EQ(submit(test::pay(funds_, 0, 30)).get().error->code, ErrorCode::writing_halted);
  disk_.clock.step_wall(disk_.now_ms);
  EXPECT_TRUE(engine_->resume());
  EXPECT_EQ(submit(test::pay(funds_, 0, 30)).get().kind, Kind::settled);
}

TEST_F(EngineTest, advancing_time_passes_active_time_too) {
  start();
  const auto before = engine_->head();
  EXPECT_EQ(engine_->advance_time(3'600'000), true);
  const auto after = engine_->head();
  EXPECT_GE(after.time_ms - before.time_ms, 3'600'000u);
  EXPECT_GE(after.active_ms - before.active_ms, 3'600'000u);
}

TEST_F(EngineTest, a_member_over_its_rate_is_told_so) {
  EngineOptions options;
  options.member_rate = {1, 2};
  start(options);
  std::map<ErrorCode, int> refused;
  for (std::uint32_t i = 0; i < 5; ++i) {
    const auto answer = submit(test::pay(funds_, i, 30)).get();
    if (answer.error) ++refused[answer.error->code];
  }
  EXPECT_EQ(refused[ErrorCode::rate_quota], 3);
}

TEST_F(EngineTest, an_agent_uses_its_members_quota_and_strangers_share_one) {
  contracts::DelegationPowers powers;
  powers.commands = {contracts::ItemClaim::kNumber};
  powers.until_ms = disk_.now_ms + contracts::kDayMs;
  for (const auto* bot : {"bot-1", "bot-2"}) {
    disk_.one(test::Draft({"ana"}).command(
        contracts::DelegationGrant{test::key("ana"), test::key(bot), powers}));
  }
  EngineOptions options;
  options.member_rate = {1, 2};
  start(options);
  const auto code = [&](const char* who) {
    const auto answer =
        submit(test::Draft({who}).command(contracts::ItemClaim{test::key(who), {}, {}})).get();
    return answer.error ? answer.error->code : ErrorCode{};
  };
  EXPECT_EQ(code("ana"), ErrorCode{});
  EXPECT_EQ(code("bot-1"), ErrorCode{});
  EXPECT_EQ(code("bot-2"), ErrorCode::rate_quota);
  EXPECT_EQ(code("bo"), ErrorCode{});
  for (const auto* who : {"stranger-1", "stranger-2"})
    EXPECT_EQ(code(who), ErrorCode::not_a_member);
  EXPECT_EQ(code("stranger-3"), ErrorCode::rate_quota);
}

TEST_F(EngineTest, what_is_not_answered_yet_is_bounded_in_bytes) {
  EngineOptions options;
  const auto size = codec::encode_body(test::pay(funds_, 0, 30).tx).size() + 64;
  // Half of it is for addresses.
  options.unanswered_bytes_max = 2 * (size - 1);
  start(options);
  EXPECT_EQ(submit(test::pay(funds_, 0, 30)).get().error->code, ErrorCode::queue_full);
  engine_.reset();
  options.unanswered_bytes_max = 2 * (size + 16);  // later coins have longer numbers
  start(options);
  // What was answered does not count any more, as soon as its answer has returned.
  std::uint32_t settled = 0;
  for (int tries = 0; settled < 3 && tries < 10'000; ++tries) {
    settled += submit(test::pay(funds_, settled, 30)).get().kind == Kind::settled;
  }
  EXPECT_EQ(settled, 3u);
}

TEST_F(EngineTest, when_the_views_stand_still_so_does_settlement) {
  ledger::LedgerOptions options;
  options.unpublished_max = 1;
  options.find_settled = [](const auto&) { return std::optional<Outcome>{}; };
  test::LedgerOnMemory disk(options);
  const auto funds = disk.fund(3);
  disk.clock.step_wall(disk.now_ms);
  Engine engine(*disk.ledger, disk.clock, {});
  const auto submit = [&](std::uint32_t coin) {
    auto promise = std::make_shared<std::promise<Outcome>>();
    engine.submit(test::pay(funds, coin, 30).sign(),
                  [promise](Outcome o) { promise->set_value(std::move(o)); });
    return promise->get_future().get();
  };
  const auto first = submit(0);
  EXPECT_EQ(first.kind, Kind::settled);
  EXPECT_EQ(submit(1).error->code, ErrorCode::queue_full);
  engine.set_published(first.height);
  Outcome answer;
  do {
    answer = submit(1);
  } while (answer.kind != Kind::settled);
  EXPECT_EQ(answer.kind, Kind::settled);
}

// For the thread sanitizer: everything that may be asked while blocks and checkpoints are written.
TEST_F(EngineTest, answers_questions_while_blocks_and_checkpoints_are_written) {
  ledger::LedgerOptions few;
  few.overlay_outputs_max = 20;
  test::LedgerOnMemory disk(few);
  const auto funds = disk.fund(300);
  disk.clock.step_wall(disk.now_ms);
  EngineOptions options;
  options.member_rate = {1'000'000, 1'000'000};
  options.feed_bytes_max = 10'000;
  Engine engine(*disk.ledger, disk.clock, options);
  std::atomic<bool> done{false};
  std::vector<std::thread> askers;
  for (int i = 0; i < 2; ++i) {
    askers.emplace_back([&] {
      const auto last = test::pay(funds, 299, 30).sign();
      for (std::uint64_t height = 1; !done; ++height) {
        const auto verdict = engine.simulate(last.body);
        EXPECT_TRUE(verdict && *verdict);
        EXPECT_TRUE(disk.ledger->answering(test::key("ana")));
        EXPECT_TRUE(
            engine.feed().get(height % (engine.head().height + 1), std::chrono::milliseconds(0)));
        EXPECT_TRUE(engine.resume());
        EXPECT_GE(engine.time_ms(), engine.head().time_ms);
      }
    });
  }
  std::atomic<int> settled{0};
  for (std::uint32_t i = 0; i < 299; ++i) {
    engine.submit(test::pay(funds, i, 30).sign(),
                  [&](const Outcome& o) { settled += o.kind == Kind::settled; });
  }
  while (settled < 299) std::this_thread::yield();
  done = true;
  for (auto& asker : askers) asker.join();
  engine.stop();
  EXPECT_GT(disk.ledger->checkpoint_height(), 3u);
}

// A full disk in the middle: what was committed before it is in the feed all the same.
TEST_F(EngineTest, advancing_time_far_is_done_in_parts) {
  start();
  auto commits = std::make_shared<std::atomic<int>>(0);
  disk_.journal_disk.set_commit_fault([commits]() -> std::optional<storage::CommitFault> {
    if (++*commits < 3) return std::nullopt;
    return storage::CommitFault{storage::Error::disk_full, false};
  });
  EXPECT_EQ(engine_->advance_time(10 * contracts::kDayMs), false);
  disk_.journal_disk.set_commit_fault({});
  EXPECT_TRUE(engine_->resume());
  EXPECT_EQ(engine_->advance_time(contracts::kDayMs), true);
  EXPECT_EQ(engine_->feed().tip(), engine_->head().height);
  EXPECT_EQ(engine_->advance_time(kAdvanceMsMax + 1), false);
}

// More at once than the queue to the writer holds, while the writer is at something else.
TEST_F(EngineTest, what_operators_ask_for_is_done_in_order_and_never_lost) {
  start();
  std::promise<void> begun;
  std::promise<void> go_on;
  engine_->submit(test::pay(funds_, 0, 30).sign(), [&](const Outcome&) {
    begun.set_value();
    go_on.get_future().wait();
  });
  begun.get_future().wait();
  constexpr std::size_t kOperators = 100;
  std::vector<std::size_t> kept;  // by the writer's thread
  std::atomic<std::size_t> resumed{0};
  std::vector<std::thread> operators;
  for (std::size_t i = 0; i < kOperators; ++i) {
    operators.emplace_back([&, i] {
      contracts::Txid txid;
      txid.bytes[0] = static_cast<std::uint8_t>(i);
      const auto done = engine_->quarantine(txid, [&](const Quarantine& all) {
        kept.push_back(all.transactions.size());
        return std::expected<void, std::string>();
      });
      EXPECT_TRUE(done && *done);
      resumed += engine_->resume() ? 1 : 0;
      engine_->halt({ledger::FaultCode::state_corrupt, {}, 0, "found damaged"});
    });
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  go_on.set_value();
  for (auto& each : operators) each.join();
  ASSERT_EQ(kept.size(), kOperators);
  for (std::size_t i = 0; i < kOperators; ++i) EXPECT_EQ(kept[i], i + 1);
  EXPECT_EQ(resumed, kOperators);
  EXPECT_TRUE(engine_->writing_state().halted);
  EXPECT_EQ(submit(test::pay(funds_, 1, 30)).get().error->code, ErrorCode::writing_halted);
}

TEST_F(EngineTest, what_an_operator_asks_for_when_it_has_stopped_is_told_as_not_done) {
  start();
  engine_->stop();
  int kept = 0;
  EXPECT_FALSE(engine_->quarantine({}, [&](const Quarantine&) {
    ++kept;
    return std::expected<void, std::string>();
  }));
  EXPECT_EQ(kept, 0);
  EXPECT_FALSE(engine_->resume());
  EXPECT_EQ(engine_->advance_time(1'000), std::nullopt);
  engine_->halt({ledger::FaultCode::state_corrupt, {}, 0, "found damaged"});
}

TEST_F(EngineTest, the_feed_gives_every_block_in_order) {
  start();
  const auto first = engine_->feed().tip() + 1;
  for (std::uint32_t i = 0; i < 5; ++i) submit(test::pay(funds_, i, 30)).get();
  for (auto height = first; height <= engine_->feed().tip(); ++height) {
    const auto block = engine_->feed().get(height, std::chrono::seconds(1));
    ASSERT_TRUE(block && *block);
    EXPECT_EQ((*block)->header.height, height);
  }
  const auto old = engine_->feed().get(1, std::chrono::milliseconds(0));
  ASSERT_TRUE(old && *old);
  EXPECT_EQ((*old)->header.height, 1u);
}

TEST_F(EngineTest, what_was_charged_to_its_signer_once_is_charged_to_who_sends_it_again) {
  EngineOptions options;
  options.member_rate = {1, 4};
  start(options);
  const auto source = Source::of_address("10.0.0.1");
  const auto send = [&](const test::Draft& draft, const Source& from) {
    const auto answer = submit(draft, from).get();
    return answer.error ? answer.error->code : ErrorCode{};
  };
  const auto seen = test::pay(funds_, 0, 30);
  auto old = test::pay(funds_, 1, 30);
  old.tx.valid_until_ms = disk_.now_ms - 1;
  std::map<ErrorCode, int> met;
  for (int i = 0; i < 5; ++i) ++met[send(seen, source)];
  for (int i = 0; i < 5; ++i) ++met[send(old, source)];
  EXPECT_EQ(met[ErrorCode{}], 5) << "once at the signer's cost, four times at the sender's";
  EXPECT_EQ(met[ErrorCode::rate_quota], 5);
  // One token of the signer's is gone.
  for (std::uint32_t i = 2; i < 5; ++i) {
    EXPECT_EQ(send(test::pay(funds_, i, 30), Source::of_address("10.0.0.2")), ErrorCode{});
  }
  EXPECT_EQ(send(test::pay(funds_, 5, 30), Source::of_address("10.0.0.3")), ErrorCode::rate_quota);
}

}  // namespace
}  // namespace tally::engine
