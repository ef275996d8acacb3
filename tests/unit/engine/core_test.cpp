// The core is deterministic: the same steps give the same blocks.
#include "engine/core.hpp"

#include "support/ledger_on_memory.hpp"

namespace tally::engine {
namespace {

using Kind = ledger::Outcome::Kind;

struct World {
  test::LedgerOnMemory disk;
  ledger::Outcome funds = disk.fund(10);
  Now now{disk.now_ms, 0};
  Core core{*disk.ledger, {}, now};

  ledger::Faulty<Core::Step> step(const std::vector<test::Draft>& drafts,
                                  std::uint64_t ms = 1'000) {
    now.wall_ms += ms;
    now.monotonic_ms += ms;
    std::vector<AdmittedTransaction> batch;
    for (const auto& draft : drafts) {
      auto admitted = Admission(test::network()).admit(draft.sign());
      EXPECT_TRUE(admitted);
      batch.push_back(std::move(*admitted));
    }
    return core.step(now, batch);
  }
};

TEST(Core, twins_make_the_same_blocks) {
  World a;
  World b;
  for (std::uint32_t i = 0; i < 5; ++i) {
    for (auto* world : {&a, &b}) {
      ASSERT_TRUE(world->step({test::pay(world->funds, i, 30), test::pay(world->funds, i, 31)}));
    }
    EXPECT_EQ(a.disk.ledger->head_hash(), b.disk.ledger->head_hash());
  }
}

TEST(Core, an_empty_batch_makes_a_block_when_the_heartbeat_is_due) {
  World world;
  ASSERT_TRUE(world.step({test::pay(world.funds, 0, 30)}));
  EXPECT_TRUE(world.step({}, contracts::kHeartbeatMs - 1)->blocks.empty());
  EXPECT_EQ(world.step({}, 1)->blocks.size(), 1u);
}

TEST(Core, a_large_batch_becomes_several_blocks_of_one_commit) {
  test::LedgerOnMemory disk;
  const auto funds = disk.fund(10);
  Core core(*disk.ledger, {.block_bytes_max = 500}, {disk.now_ms, 0});
  std::vector<AdmittedTransaction> batch;
  for (std::uint32_t i = 0; i < 10; ++i) {
    batch.push_back(std::move(*Admission(test::network()).admit(test::pay(funds, i, 30).sign())));
  }
  const auto step = core.step({disk.now_ms, 0}, batch);
  ASSERT_TRUE(step);
  EXPECT_GT(step->blocks.size(), 2u);
  EXPECT_EQ(step->outcomes.size(), 10u);
  for (const auto& outcome : step->outcomes) EXPECT_EQ(outcome.kind, Kind::settled);
}

TEST(Core, a_quarantined_transaction_is_refused) {
  World world;
  const auto draft = test::pay(world.funds, 0, 30);
  world.core.quarantine(contracts::txid(test::network(), codec::encode_body(draft.tx)));
  const auto step = world.step({draft});
  ASSERT_TRUE(step);
  EXPECT_EQ(step->outcomes[0].kind, Kind::refused);
}

// Each step is within what a clock may be off by; together they are not.
TEST(Core, a_clock_that_falls_behind_the_last_block_halts) {
  World world;
  ASSERT_TRUE(world.step({}, contracts::kHeartbeatMs));
  std::optional<ledger::Fault> fault;
  for (int i = 0; i < 3 && !fault; ++i) {
    world.now.wall_ms -= 40'000;
    if (const auto step = world.step({}, 0); !step) fault = step.error();
  }
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->code, ledger::FaultCode::clock_jump);
  world.core.trust_clock(world.now);
  EXPECT_TRUE(world.step({test::pay(world.funds, 0, 30)}));
}

}  // namespace
}  // namespace tally::engine
