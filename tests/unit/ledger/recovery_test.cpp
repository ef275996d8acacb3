// Ledger::open: what a new process finds is what the old one had acknowledged.
#include "ledger/checkpoint.hpp"
#include "storage/durable_file.hpp"
#include "storage/sealed_record.hpp"
#include "support/ledger_on_memory.hpp"

namespace tally::ledger {
namespace {

using test::LedgerOnMemory;
using test::pay;

using Kind = Outcome::Kind;

// A few blocks of everything, the same on every harness.
void play(LedgerOnMemory& h, int rounds, int checkpoint_every = 0) {
  const auto funds = h.fund(40);
  for (int i = 0; i < rounds; ++i) {
    const auto n = static_cast<std::uint32_t>(i);
    h.block({pay(funds, n, 30).keyed(fmt::format("k{}", i)), pay(funds, n, 31),
             test::issue({test::coin(5, "cai")})});
    if (checkpoint_every > 0 && i % checkpoint_every == checkpoint_every - 1) h.checkpoint();
  }
}

TEST(Recovery, replays_the_whole_journal) {
  LedgerOnMemory h;
  play(h, 10);
  const auto hash = h.ledger->head_hash();
  h.open();
  EXPECT_EQ(h.ledger->head_hash(), hash);
}

TEST(Recovery, a_checkpoint_and_the_journal_behind_it_give_the_same_state) {
  LedgerOnMemory plain;
  LedgerOnMemory checkpointed;
  play(plain, 12);
  play(checkpointed, 12, 5);
  EXPECT_EQ(plain.ledger->head_hash(), checkpointed.ledger->head_hash());
  checkpointed.open();
  EXPECT_GT(checkpointed.ledger->checkpoint_height(), 0u);
  EXPECT_EQ(plain.ledger->head_hash(), checkpointed.ledger->head_hash());
  // And both go on the same way.
  const auto next = test::issue({test::coin(1, "bo")});
  plain.block({next});
  checkpointed.block({next});
  EXPECT_EQ(plain.ledger->head_hash(), checkpointed.ledger->head_hash());
}

TEST(Recovery, remembers_outcomes_and_keys) {
  for (const bool checkpoint : {false, true}) {
    LedgerOnMemory h;
    const auto funds = h.fund(3);
    const auto settled = pay(funds, 0, 30).keyed("k");
    const auto rejected = pay(funds, 0, 31);
    h.block({settled, rejected});
    if (checkpoint) h.checkpoint();
    h.open();
    const auto outcomes = h.block({settled, rejected, pay(funds, 1, 1).keyed("k")});
    EXPECT_EQ(outcomes[0].kind, Kind::settled);
    EXPECT_TRUE(outcomes[0].remembered);
    EXPECT_EQ(outcomes[1].kind, Kind::rejected);
    EXPECT_TRUE(outcomes[1].remembered);
    EXPECT_EQ(outcomes[2].error->code, contracts::ErrorCode::idempotency_conflict);
  }
}

TEST(Recovery, spends_from_the_table_after_a_checkpoint) {
  LedgerOnMemory h;
  const auto funds = h.fund(3);
  h.checkpoint();
  h.open();
  EXPECT_EQ(h.one(pay(funds, 2, 30)).kind, Kind::settled);
  EXPECT_EQ(h.one(pay(funds, 2, 31)).error->code, contracts::ErrorCode::already_spent);
}

TEST(Recovery, dead_outputs_are_reclaimed_and_stay_spent) {
  LedgerOnMemory h;
  const auto funds = h.fund(40);
  h.checkpoint();
  for (std::uint32_t i = 0; i < 40; ++i) h.one(pay(funds, i, 100));
  h.checkpoint();
  h.checkpoint();
  h.open();
  EXPECT_EQ(h.one(pay(funds, 7, 1)).error->code, contracts::ErrorCode::already_spent);
}

std::uint64_t outputs_in_table(LedgerOnMemory& h) {
  h.ledger.reset();
  auto store =
      storage::open_memory_store(h.state_disk, h.clock, state_store_options(test::network()));
  EXPECT_TRUE(store);
  return *(*(*store)->begin_read())->count(kOutputsTable);
}

// Ana joins coins, a thousand of them in one transaction.
test::Draft join(contracts::OutputNumber first, const std::vector<Outcome>& issues) {
  test::Draft draft({"ana"});
  const auto& issue = issues[first / 1'000];
  for (std::uint32_t i = 0; i < 1'000; ++i) {
    draft.spend(issue.first_output_number + i, issue.txid, i);
  }
  return draft.make(test::coin(1'000, "ana")).command(contracts::AssetTransfer{});
}

TEST(Recovery, a_page_of_numbers_that_is_mostly_dead_is_swept) {
  LedgerOnMemory h;
  h.fund(1);
  std::vector<Outcome> issues;
  for (int i = 0; i < 34; ++i) {
    issues.push_back(h.one(
        test::issue(std::vector(1'000, test::coin(1, "ana"))).keyed(fmt::format("issue {}", i))));
  }
  h.checkpoint();
  const auto before = h.ledger->head().first_output_number + h.ledger->head().outputs_count;
  for (std::uint32_t i = 0; i < 20; ++i) {
    ASSERT_EQ(h.one(join(1'000 * i, issues)).kind, Kind::settled);
  }
  h.checkpoint();
  EXPECT_EQ(outputs_in_table(h), before + 20 - 20'000);
  h.open();
  EXPECT_EQ(h.one(join(0, issues).keyed("again")).error->code, contracts::ErrorCode::already_spent);
  EXPECT_EQ(h.one(join(25'000, issues)).kind, Kind::settled);
  h.checkpoint();
  EXPECT_EQ(outputs_in_table(h), before + 21 - 21'000);
}

TEST(Recovery, a_journal_without_its_tip_is_refused) {
  LedgerOnMemory h;
  h.ledger.reset();
  std::filesystem::remove(h.tip_path());
  h.open();  // of block 0 alone it may never have been written
  h.fund(1);
  h.ledger.reset();
  std::filesystem::remove(h.tip_path());
  const auto opened = h.try_open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, FaultCode::journal_rolled_back);
}

TEST(Recovery, a_failed_commit_that_is_known_leaves_nothing) {
  LedgerOnMemory h;
  const auto funds = h.fund(2);
  const auto hash = h.ledger->head_hash();
  h.journal_disk.set_commit_fault(
      [] { return storage::CommitFault{storage::Error::disk_full, false}; });
  h.ledger->begin(h.now_ms);
  h.execute(pay(funds, 0, 30));
  const auto block = h.ledger->seal();
  const auto done = h.ledger->commit(std::span(&block, 1));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().storage, storage::Error::disk_full);
  EXPECT_EQ(h.ledger->head_hash(), hash);
  h.journal_disk.set_commit_fault({});
  EXPECT_EQ(h.one(pay(funds, 0, 31)).kind, Kind::settled);
  const auto after = h.ledger->head_hash();
  h.open();
  EXPECT_EQ(h.ledger->head_hash(), after);
}

TEST(Recovery, a_missing_unspent_output_is_corruption) {
  LedgerOnMemory h;
  const auto funds = h.fund(2);
  h.checkpoint();
  h.ledger.reset();
  {
    auto store =
        storage::open_memory_store(h.state_disk, h.clock, state_store_options(test::network()));
    ASSERT_TRUE(store);
    auto write = (*store)->begin_write();
    ASSERT_TRUE(write);
    ASSERT_TRUE((*write)->erase(kOutputsTable, number_key(1)));
    ASSERT_TRUE((*write)->commit());
  }
  h.open();
  h.ledger->begin(h.now_ms);
  const auto draft = pay(funds, 1, 30);
  const auto bytes = draft.sign();
  const auto outcome = h.ledger->execute(
      {draft.tx, contracts::txid(draft.tx.network_id, bytes.body), bytes.body, bytes.witnesses});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, FaultCode::state_corrupt);
}

TEST(Recovery, a_journal_that_lost_its_last_block_is_refused) {
  LedgerOnMemory h;
  play(h, 3);
  h.ledger.reset();
  {
    auto store = storage::open_memory_store(h.journal_disk, h.clock,
                                            Journal::store_options(test::network()));
    ASSERT_TRUE(store);
    auto write = (*store)->begin_write();
    ASSERT_TRUE(write);
    ASSERT_TRUE((*write)->erase(storage::Table{0}, number_key(6)));
    ASSERT_TRUE((*write)->commit());
  }
  const auto opened = h.try_open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, FaultCode::journal_rolled_back);
}

// Found while fuzzing recovery: such a record, under a right checksum, ended the process.
TEST(Recovery, a_journal_in_which_a_transaction_spends_an_output_twice_is_refused) {
  LedgerOnMemory h;
  const auto funds = h.fund(1);
  auto twice = pay(funds, 0, 100);
  twice.tx.inputs.push_back(twice.tx.inputs.front());
  codec::Block block;
  block.header.height = h.ledger->head().height + 1;
  block.header.previous_hash = h.ledger->head_hash();
  block.header.time_ms = h.now_ms;
  block.header.settled_count = 1;
  block.outcomes.emplace_back(codec::SettledRecord{codec::encode_body(twice.tx), {}, {}});
  h.ledger.reset();
  {
    auto store = storage::open_memory_store(h.journal_disk, h.clock,
                                            Journal::store_options(test::network()));
    ASSERT_TRUE(store);
    auto write = (*store)->begin_write();
    ASSERT_TRUE(write);
    ASSERT_TRUE((*write)->append(storage::Table{0}, number_key(block.header.height),
                                 storage::seal_record(codec::encode_block(block))));
    ASSERT_TRUE((*write)->commit());
  }
  const auto opened = h.try_open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, FaultCode::state_mismatch);
}

// Found while fuzzing recovery: memory was taken for as many outputs as the record says.
TEST(Recovery, a_checkpoint_of_more_outputs_than_its_block_has_is_refused) {
  LedgerOnMemory h;
  h.fund(2);
  h.checkpoint();
  h.ledger.reset();
  {
    auto store =
        storage::open_memory_store(h.state_disk, h.clock, state_store_options(test::network()));
    ASSERT_TRUE(store);
    auto write = (*store)->begin_write();
    ASSERT_TRUE(write);
    auto checkpoint = read_checkpoint(**write);
    ASSERT_TRUE(checkpoint && *checkpoint);
    (*checkpoint)->next_output = std::uint64_t{1} << 60;
    ASSERT_TRUE(write_checkpoint(**write, **checkpoint));
    ASSERT_TRUE((*write)->commit());
  }
  const auto opened = h.try_open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, FaultCode::state_mismatch);
}

// Found by the simulation: the process ended before it wrote block 0's tip, and again while it
// wrote that of block 1, which is torn.
TEST(Recovery, a_tip_that_was_never_written_is_written_before_the_next_block) {
  LedgerOnMemory disk;
  disk.ledger.reset();
  std::filesystem::remove(disk.tip_path());
  disk.open();
  disk.one(test::admit_members({"ana"}));
  disk.ledger.reset();
  auto tip = *storage::read_file(disk.tip_path(), storage::TipFile::kBytes);
  const std::size_t newest =
      tip[storage::TipFile::kBytes / 2] != 0 ? storage::TipFile::kBytes / 2 : 0;
  tip[newest + 20] ^= 1;
  ASSERT_TRUE(storage::write_file(disk.tip_path(), tip));
  disk.open();
  EXPECT_EQ(disk.ledger->head().height, 1u);
}

// Found by the simulation, which was told of another state where the disk could not be read.
TEST(Recovery, what_cannot_be_read_while_replaying_is_a_fault_of_the_disk) {
  LedgerOnMemory disk;
  disk.one(test::admit_members({"ana"}));
  disk.checkpoint();
  disk.one(test::admit_members({"bo"}));
  disk.state_refuses_readers = storage::Error::io;
  bool opened = false;
  for (int let_in = 0; !opened; ++let_in) {
    ASSERT_LT(let_in, 20);
    disk.state_readers_let_in = let_in;
    const auto done = disk.try_open();
    opened = done.has_value();
    if (!opened) {
      EXPECT_EQ(done.error().code, FaultCode::storage) << describe(done.error());
    }
  }
  EXPECT_EQ(disk.ledger->head().height, 2u);
}

}  // namespace
}  // namespace tally::ledger
