#include "contracts/authentication/case_advance.hpp"

#include "unit/contracts/authentication/cases.hpp"

namespace tally::contracts::cases {
namespace {

// A decided case whose judges were all away: it closes, and the fee goes back.
Case valid_case() {
  Life life;
  life.open();
  life.judge({std::nullopt, std::nullopt, std::nullopt});
  auto c = std::move(life.c);
  c.block.active_ms = c.registry.at<CaseEntry>(case_key(id())).deadline_active_ms;
  c.make(coin("EUR", kFee, "ana"));
  c.command(CaseAdvance{id(), CaseState::decided});
  return c;
}

TEST(CaseAdvance, ErrorsInPrecedenceOrder) {
  run_table(valid_case, {{"an input is claimed", [](Case& c) { claim_input(c, contracts::coin()); },
                          ErrorCode::claim_count},
                         {"no such case",
                          [](Case& c) { c.body<CaseAdvance>().case_id = CaseId{hash_of("other")}; },
                          ErrorCode::case_unknown}});
  run_table(valid_case,
            {{"it is further", [](Case& c) { entry_in(c).state = CaseState::closed; },
              ErrorCode::case_state},
             {"too early", [](Case& c) { --c.block.active_ms; }, ErrorCode::case_deadline_open},
             {"not what it pays", [](Case& c) { --c.out<Coin>(0).amount; },
              ErrorCode::case_outputs_mismatch}});
  auto c = valid_case();
  c.body<CaseAdvance>().from = CaseState::closed;
  entry_in(c).state = CaseState::closed;
  EXPECT_EQ(error_of(c).code, ErrorCode::case_state) << "closed for ever";
}

TEST(CaseAdvance, PaysExactlyWhatItMust) {
  auto c = valid_case();
  claim(c, coin("EUR", 1, "ana"));
  EXPECT_EQ(error_of(c), (Error{ErrorCode::case_outputs_mismatch, 1, 1}));
  c = valid_case();
  c.tx.commands.front().outputs.clear();
  EXPECT_EQ(error_of(c), (Error{ErrorCode::case_outputs_mismatch, 0, 1}));
}

TEST(CaseAdvance, DrawsInALaterBlockAndLocksTheBonds) {
  Life life;
  life.open();
  auto c = life.c;
  c.command(CaseAdvance{id(), CaseState::open});
  --c.block.active_ms;  // Of the block it was opened in.
  EXPECT_EQ(error_of(c).code, ErrorCode::case_deadline_open);
  life.advance();
  EXPECT_EQ(life.entry().state, CaseState::commit);
  EXPECT_EQ(life.judges(1).size(), 3u);
  for (const auto& judge : life.judges(1)) {
    EXPECT_EQ(find_stake(panel_in(life.c), judge)->locked, kBond);
  }
}

TEST(CaseAdvance, WaitsForCommitmentsAndVerdictsAsLongAsItMust) {
  Life life;
  life.open();
  life.advance();
  life.commit(life.judges(1)[0], Verdict::genuine);
  life.commit(life.judges(1)[1], Verdict::genuine);
  auto c = life.c;
  c.block.active_ms = life.entry().deadline_active_ms - 1;
  c.command(CaseAdvance{id(), CaseState::commit});
  EXPECT_EQ(error_of(c).code, ErrorCode::case_deadline_open);
  life.wait();
  life.advance();
  EXPECT_EQ(life.entry().state, CaseState::reveal) << "two of three are enough";
  life.reveal(life.judges(1)[0], Verdict::genuine);
  c = life.c;
  c.command(CaseAdvance{id(), CaseState::reveal});
  EXPECT_EQ(error_of(c).code, ErrorCode::case_deadline_open);
}

}  // namespace
}  // namespace tally::contracts::cases
