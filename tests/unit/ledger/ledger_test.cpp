#include "ledger/ledger.hpp"

#include "support/ledger_on_memory.hpp"

namespace tally::ledger {
namespace {

using test::LedgerOnMemory;
using test::pay;

using contracts::ErrorCode;
using Kind = Outcome::Kind;

// As if a transaction without an id had made the outputs from this number on.
Outcome unknown(contracts::OutputNumber number) {
  Outcome outcome;
  outcome.first_output_number = number;
  return outcome;
}

TEST(Ledger, settles_and_numbers_outputs_in_order) {
  LedgerOnMemory h;
  const auto funds = h.fund(3);
  ASSERT_EQ(funds.kind, Kind::settled);
  EXPECT_EQ(funds.first_output_number, 0u);
  const auto paid = h.one(pay(funds, 1, 30));
  EXPECT_EQ(paid.kind, Kind::settled);
  EXPECT_EQ(paid.first_output_number, 3u);
  EXPECT_EQ(h.ledger->head().settled_count, 1u);
  EXPECT_EQ(h.ledger->head().outputs_count, 2u);
}

TEST(Ledger, refuses_the_second_spend_in_a_block_and_after_it) {
  LedgerOnMemory h;
  const auto funds = h.fund(1);
  const auto outcomes = h.block({pay(funds, 0, 30), pay(funds, 0, 40)});
  EXPECT_EQ(outcomes[0].kind, Kind::settled);
  EXPECT_EQ(outcomes[1].kind, Kind::rejected);
  EXPECT_EQ(outcomes[1].error->code, ErrorCode::already_spent);
  const auto later = h.one(pay(funds, 0, 50));
  EXPECT_EQ(later.error->code, ErrorCode::already_spent);
}

TEST(Ledger, inputs_must_be_there_and_be_the_named_ones) {
  LedgerOnMemory h;
  const auto funds = h.fund(2);
  EXPECT_EQ(h.one(pay(unknown(90), 0, 1)).error->code, ErrorCode::output_unknown);
  auto wrong = pay(funds, 0, 1);
  wrong.tx.inputs[0].outpoint.index = 1;
  EXPECT_EQ(h.one(wrong).error->code, ErrorCode::outpoint_mismatch);
}

TEST(Ledger, an_output_of_the_same_block_can_be_spent) {
  LedgerOnMemory h;
  const auto funds = h.fund(1);
  h.ledger->begin(h.now_ms);
  const auto first = h.execute(pay(funds, 0, 30));
  test::Draft second({"bo"});
  second.spend(first.first_output_number, first.txid, 0).make(test::coin(30, "cai"));
  EXPECT_EQ(h.execute(second.command(contracts::AssetTransfer{})).kind, Kind::settled);
  const auto block = h.ledger->seal();
  EXPECT_TRUE(h.ledger->commit(std::span(&block, 1)));
}

TEST(Ledger, a_settled_transaction_sent_again_gets_its_outcome) {
  LedgerOnMemory h;
  const auto funds = h.fund(1);
  const auto draft = pay(funds, 0, 30);
  const auto first = h.one(draft);
  const auto again = h.one(draft);
  EXPECT_EQ(again.kind, Kind::settled);
  EXPECT_TRUE(again.remembered);
  EXPECT_EQ(again.height, first.height);
  EXPECT_EQ(again.first_output_number, first.first_output_number);
  EXPECT_EQ(h.ledger->head().settled_count + h.ledger->head().rejected_count, 0u);
}

TEST(Ledger, a_rejection_is_final_though_the_state_changes) {
  LedgerOnMemory h;
  h.fund(1);
  const auto early = h.one(pay(unknown(1), 0, 30));
  EXPECT_EQ(early.error->code, ErrorCode::output_unknown);
  h.one(test::issue({test::coin(100, "ana")}));
  const auto again = h.one(pay(unknown(1), 0, 30));
  EXPECT_TRUE(again.remembered);
  EXPECT_EQ(again.error->code, ErrorCode::output_unknown);
}

TEST(Ledger, an_idempotency_key_answers_the_same_and_refuses_another_body) {
  LedgerOnMemory h;
  const auto funds = h.fund(2);
  const auto first = h.one(pay(funds, 0, 30).keyed("order 7"));
  const auto again = h.one(pay(funds, 0, 30).keyed("order 7"));
  EXPECT_EQ(again.kind, Kind::settled);
  EXPECT_TRUE(again.remembered);
  const auto rebuilt = h.one(pay(funds, 1, 30).keyed("order 7"));
  EXPECT_EQ(rebuilt.kind, Kind::refused);
  EXPECT_EQ(rebuilt.error->code, ErrorCode::idempotency_conflict);
  EXPECT_EQ(rebuilt.conflicting, first.txid);
  EXPECT_EQ(h.one(pay(funds, 1, 30).keyed("order 8")).kind, Kind::settled);
}

TEST(Ledger, a_key_is_remembered_for_seven_days_to_the_millisecond) {
  LedgerOnMemory h;
  const auto funds = h.fund(2);
  const auto at_ms = h.now_ms;
  EXPECT_EQ(h.one(pay(funds, 0, 30).keyed("k")).kind, Kind::settled);
  const auto rebuilt = [&](std::uint64_t now_ms) {
    test::Draft draft = pay(funds, 1, 30).keyed("k");
    draft.tx.valid_until_ms = now_ms + 1;
    h.now_ms = now_ms;
    return h.one(draft);
  };
  EXPECT_EQ(rebuilt(at_ms + contracts::kIdempotencyMs - 1).error->code,
            ErrorCode::idempotency_conflict);
  EXPECT_EQ(rebuilt(at_ms + contracts::kIdempotencyMs).kind, Kind::settled);
}

TEST(Ledger, strangers_and_time_never_enter_the_journal) {
  LedgerOnMemory h;
  const auto funds = h.fund(1);
  test::Draft stranger({"dora"});
  stranger.spend(0, funds.txid, 0).make(test::coin(100, "dora"));
  auto late = pay(funds, 0, 30);
  late.tx.valid_until_ms = h.now_ms - 1;
  auto long_valid = pay(funds, 0, 30);
  long_valid.tx.valid_until_ms = h.now_ms + contracts::kValidityMsMax + 1;
  const auto outcomes = h.block({stranger.command(contracts::AssetTransfer{}), late, long_valid});
  const ErrorCode codes[] = {ErrorCode::not_a_member, ErrorCode::expired,
                             ErrorCode::valid_too_long};
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(outcomes[i].kind, Kind::refused);
    EXPECT_EQ(outcomes[i].error->code, codes[i]);
  }
  EXPECT_EQ(h.ledger->head().rejected_count, 0u);
}

TEST(Ledger, a_settled_transaction_is_found_again_after_it_expired) {
  LedgerOnMemory h;
  const auto funds = h.fund(1);
  const auto draft = pay(funds, 0, 30);
  h.one(draft);
  h.now_ms += contracts::kDayMs;
  const auto again = h.one(draft);
  EXPECT_EQ(again.kind, Kind::settled);
  EXPECT_TRUE(again.remembered);
}

TEST(Ledger, abandon_takes_everything_back) {
  LedgerOnMemory h;
  const auto funds = h.fund(2);
  const auto head = h.ledger->head();
  h.ledger->begin(h.now_ms);
  h.execute(pay(funds, 0, 30));
  h.execute(test::issue({test::coin(5, "bo")}).keyed("x"));
  h.execute(pay(funds, 0, 31));
  h.ledger->seal();
  h.ledger->abandon();
  EXPECT_EQ(h.ledger->head(), head);
  // What was abandoned never happened: the same steps now give what they give on a fresh ledger.
  LedgerOnMemory twin;
  const auto twin_funds = twin.fund(2);
  EXPECT_EQ(twin.ledger->head_hash(), h.ledger->head_hash());
  for (auto* ledger : {&h, &twin}) ledger->block({pay(twin_funds, 0, 30), pay(funds, 0, 31)});
  EXPECT_EQ(twin.ledger->head_hash(), h.ledger->head_hash());
}

// More outputs than a leaf of the bitmap's tree covers, in a block that was sealed.
TEST(Ledger, a_sealed_block_that_is_taken_back_leaves_the_roots_as_they_were) {
  LedgerOnMemory h;
  LedgerOnMemory twin;
  for (auto* ledger : {&h, &twin}) ledger->fund(2);
  h.ledger->begin(h.now_ms);
  h.execute(test::issue(std::vector(600, test::coin(1, "bo"))));
  h.ledger->seal();
  h.ledger->abandon();
  for (auto* ledger : {&h, &twin}) ledger->one(test::issue({test::coin(5, "cai")}));
  EXPECT_EQ(h.ledger->head().spent_root, twin.ledger->head().spent_root);
  const auto hash = h.ledger->head_hash();
  h.open();
  EXPECT_EQ(h.ledger->head_hash(), hash);
}

TEST(Ledger, a_fault_that_passes_is_forgotten_with_the_block) {
  LedgerOnMemory h;
  const auto funds = h.fund(2);
  h.checkpoint();
  h.open();
  h.state_refuses_readers = storage::Error::busy;
  h.ledger->begin(h.now_ms);
  const auto draft = pay(funds, 0, 30);
  const auto bytes = draft.sign();
  const auto outcome = h.ledger->execute(
      {draft.tx, contracts::txid(draft.tx.network_id, bytes.body), bytes.body, bytes.witnesses});
  ASSERT_FALSE(outcome);
  h.ledger->abandon();
  h.state_refuses_readers.reset();
  EXPECT_EQ(h.one(draft).kind, Kind::settled);
}

TEST(Ledger, active_time_grows_by_at_most_thirty_seconds_a_block) {
  LedgerOnMemory h;
  h.block({});
  const auto before = h.ledger->head().active_ms;
  h.now_ms += 3'600'000;
  h.block({});
  EXPECT_EQ(h.ledger->head().active_ms - before, contracts::kActiveStepMsMax);
}

test::Draft claim(std::string_view who) {
  return test::Draft({who}).command(contracts::ItemClaim{test::key(who), {}, {}});
}

test::Draft revoke(std::string_view who) {
  return test::Draft({"operator-1", "operator-2"})
      .command(contracts::MemberRevoke{test::key(who), {}});
}

TEST(Ledger, an_agent_goes_with_its_principal_and_an_enrolled_member_stays) {
  LedgerOnMemory h;
  h.fund(1);
  contracts::DelegationPowers powers;
  powers.commands = {contracts::ItemClaim::kNumber};
  powers.until_ms = h.now_ms + contracts::kDayMs;
  const auto grant = test::Draft({"ana"}).command(
      contracts::DelegationGrant{test::key("ana"), test::key("bot"), powers});
  const auto accredit =
      test::Draft({"operator-1", "operator-2"})
          .command(contracts::Accredit{test::key("bo"), contracts::Role::registrar, {}, 1});
  const auto enrol = test::Draft({"bo"}).command(contracts::MemberAdmit{{test::key("dora")}});
  for (const auto& outcome : h.block({grant, accredit, enrol, claim("bot"), claim("dora")})) {
    EXPECT_EQ(outcome.kind, Kind::settled);
  }
  EXPECT_EQ(*h.ledger->answering(test::key("bot")), test::key("ana"));
  EXPECT_EQ(*h.ledger->answering(test::key("dora")), test::key("dora"));
  h.block({revoke("ana"), revoke("bo")});
  const auto again = claim("bot").keyed("again");
  EXPECT_EQ(h.one(again).error->code, ErrorCode::member_revoked);
  EXPECT_EQ(*h.ledger->answering(test::key("bot")), std::nullopt);
  EXPECT_EQ(h.one(claim("dora").keyed("again")).kind, Kind::settled);
}

TEST(Ledger, what_settled_stays_settled_after_its_signer_was_revoked) {
  LedgerOnMemory h;
  const auto funds = h.fund(2);
  const auto draft = pay(funds, 0, 30);
  const auto settled = h.one(draft);
  h.one(revoke("ana"));
  const auto again = h.one(draft);
  EXPECT_EQ(again.kind, Kind::settled);
  EXPECT_EQ(again.height, settled.height);
  EXPECT_EQ(h.one(pay(funds, 1, 30)).error->code, ErrorCode::member_revoked);
}

TEST(Ledger, what_the_views_do_not_have_yet_is_bounded) {
  LedgerOptions options;
  options.unpublished_max = 2;
  options.find_settled = [](const auto&) { return std::optional<Outcome>{}; };
  LedgerOnMemory h(options);
  const auto funds = h.fund(3);
  h.one(pay(funds, 0, 30));
  EXPECT_FALSE(h.ledger->unpublished_full());
  const auto draft = pay(funds, 1, 30);
  h.one(draft);
  EXPECT_TRUE(h.ledger->unpublished_full());
  EXPECT_TRUE(h.one(draft).remembered);
  h.ledger->publish(h.ledger->head().height);
  EXPECT_FALSE(h.ledger->unpublished_full());
}

TEST(Ledger, the_bytes_in_memory_start_a_checkpoint_and_go_with_it) {
  LedgerOptions options;
  options.overlay_bytes_max = 40'000;
  LedgerOnMemory h(options);
  const auto funds = h.fund(20);
  EXPECT_FALSE(h.ledger->checkpoint_due());
  h.ledger->begin(h.now_ms);
  h.execute(test::issue(std::vector(200, test::coin(1, "bo"))));
  h.ledger->abandon();
  EXPECT_FALSE(h.ledger->checkpoint_due());
  h.one(test::issue(std::vector(200, test::coin(1, "bo"))));
  EXPECT_TRUE(h.ledger->checkpoint_due());
  h.checkpoint();
  EXPECT_FALSE(h.ledger->checkpoint_due());
  EXPECT_EQ(h.one(pay(funds, 0, 30)).kind, Kind::settled);
}

// A journal that says so all the same is not what its blocks make.
TEST(Ledger, re_execution_finds_what_was_answered_before_and_who_may_not_submit) {
  LedgerOnMemory h;
  LedgerOnMemory auditor;
  const auto funds = h.fund(1);
  const auto rejected = h.block({pay(funds, 0, 200)});
  ASSERT_EQ(rejected[0].kind, Kind::rejected);
  const auto tip = h.ledger->head().height;
  const auto record = [&](std::uint64_t height) {
    return h.ledger->journal().read(height)->outcomes.front();
  };
  for (std::uint64_t height = 1; height <= tip; ++height) {
    const auto done = auditor.ledger->reexecute(*h.ledger->journal().read(height));
    ASSERT_TRUE(done) << describe(done.error());
  }
  EXPECT_EQ(auditor.ledger->head_hash(), h.ledger->head_hash());
  const auto stranger = claim("dora").sign();
  const codec::SettledRecord by_stranger{stranger.body, stranger.witnesses, {}};
  const std::pair<codec::Outcome, std::string_view> rows[] = {
      {record(3), "was answered before"},    // the issue, which has no inputs
      {record(tip), "was answered before"},  // the rejection
      {by_stranger, "not_a_member"},
  };
  for (const auto& [outcome, why] : rows) {
    codec::Block block;
    block.header.height = tip + 1;
    block.header.previous_hash = auditor.ledger->head_hash();
    block.header.time_ms = auditor.now_ms + 10'000;
    block.outcomes = {outcome};
    const auto done = auditor.ledger->reexecute(block);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, FaultCode::state_mismatch);
    EXPECT_NE(done.error().detail.find(why), std::string::npos) << done.error().detail;
    auditor.ledger->abandon();
  }
}

TEST(Ledger, simulate_judges_without_changing_anything) {
  LedgerOnMemory h;
  const auto funds = h.fund(1);
  const auto hash = h.ledger->head_hash();
  const auto draft = pay(funds, 0, 30);
  const auto bytes = draft.sign();
  const Candidate candidate{draft.tx, contracts::txid(draft.tx.network_id, bytes.body), bytes.body,
                            bytes.witnesses};
  const auto verdict = h.ledger->simulate(candidate, h.now_ms);
  ASSERT_TRUE(verdict && *verdict);
  EXPECT_EQ(h.ledger->head_hash(), hash);
  h.one(draft);
  const auto after = h.ledger->simulate(candidate, h.now_ms);
  ASSERT_TRUE(after);
  EXPECT_EQ((*after).error().code, ErrorCode::already_spent);
}

// Found by the simulation: a read that fails within a rule is never a verdict, nor a broken rule.
TEST(Ledger, what_cannot_be_read_while_executing_is_a_fault_of_the_disk) {
  test::LedgerOnMemory disk;
  const auto funds = disk.fund(2);
  disk.checkpoint();
  disk.open();  // nothing is in memory any more
  disk.state_refuses_readers = storage::Error::io;
  const auto pay = test::pay(funds, 0, 30);
  const auto submission = pay.sign();
  const auto id = contracts::txid(test::network(), submission.body);
  const Candidate candidate{pay.tx, id, submission.body, submission.witnesses};
  disk.ledger->begin(disk.now_ms);
  const auto outcome = disk.ledger->execute(candidate);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, FaultCode::storage) << describe(outcome.error());
  disk.ledger->abandon();
  disk.state_refuses_readers.reset();
  EXPECT_EQ(disk.one(pay).kind, Outcome::Kind::settled);
}

}  // namespace
}  // namespace tally::ledger
