#include "contracts/authentication/case_commit.hpp"

#include "unit/contracts/authentication/cases.hpp"

namespace tally::contracts::cases {
namespace {

// A case whose panel is a1, a2, a3; a1 commits.
Case valid_case() {
  auto c = world();
  auto entry = entry_of(CaseState::commit);
  entry.deadline_active_ms = c.block.active_ms + 1;
  for (const auto name : {"a1", "a2", "a3"}) seat(entry, name);
  c.registry.put(case_key(id()), entry);
  c.sign("a1").command(CaseCommit{id(), key_of("a1"), hash_of("commitment")});
  return c;
}

TEST(CaseCommit, WritesTheCommitment) {
  auto c = valid_case();
  auto entry = entry_in(c);
  entry.seats[0].commitment = hash_of("commitment");
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_TRUE(*delta == (Delta{{{case_key(id()), entry}}}));
}

TEST(CaseCommit, TheLastOneOpensTheRevealing) {
  auto c = valid_case();
  entry_in(c).seats[1].commitment = entry_in(c).seats[2].commitment = hash_of("theirs");
  const auto entry = written<CaseEntry>(c.run(), case_key(id()));
  EXPECT_EQ(entry.state, CaseState::reveal);
  EXPECT_EQ(entry.deadline_active_ms, c.block.active_ms + terms().reveal_ms);
}

TEST(CaseCommit, ErrorsInPrecedenceOrder) {
  run_table(
      valid_case,
      {{"a coin is claimed", [](Case& c) { claim(c, contracts::coin()); }, ErrorCode::claim_count},
       {"a stranger signs", sign_by_a_stranger, ErrorCode::signature_missing},
       {"no such case", [](Case& c) { c.body<CaseCommit>().case_id = CaseId{hash_of("other")}; },
        ErrorCode::case_unknown}});
  run_table(valid_case,
            {{"they reveal already", [](Case& c) { entry_in(c).state = CaseState::reveal; },
              ErrorCode::case_state},
             {"too late", [](Case& c) { entry_in(c).deadline_active_ms = c.block.active_ms; },
              ErrorCode::case_deadline_passed},
             {"on the first panel only", [](Case& c) { entry_in(c).round = 2; },
              ErrorCode::case_not_judge}});
  run_table(valid_case, {{"it has committed",
                          [](Case& c) { entry_in(c).seats[0].commitment = hash_of("commitment"); },
                          ErrorCode::case_said_already},
                         {"to nothing", [](Case& c) { c.body<CaseCommit>().commitment = {}; },
                          ErrorCode::field_value}});
}

}  // namespace
}  // namespace tally::contracts::cases
