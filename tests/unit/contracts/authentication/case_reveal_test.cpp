#include "contracts/authentication/case_reveal.hpp"

#include "unit/contracts/authentication/cases.hpp"

namespace tally::contracts::cases {
namespace {

Hash32 commitment(std::string_view judge, Verdict verdict) {
  return case_commitment(id(), key_of(judge), 1, finding(verdict), salt_of(key_of(judge)));
}

CaseReveal revealing(std::string_view judge, Verdict verdict) {
  const auto found = finding(verdict);
  return {id(),
          key_of(judge),
          verdict,
          found.confidence_bps,
          found.method_hash,
          found.points_hash,
          salt_of(key_of(judge))};
}

// a1 and a2 have committed, a3 has not; a1 reveals.
Case valid_case() {
  auto c = world();
  auto entry = entry_of(CaseState::reveal);
  entry.deadline_active_ms = c.block.active_ms + 1;
  for (const auto name : {"a1", "a2", "a3"}) seat(entry, name);
  entry.seats[0].commitment = commitment("a1", Verdict::genuine);
  entry.seats[1].commitment = commitment("a2", Verdict::fake);
  c.registry.put(case_key(id()), entry);
  c.sign("a1").command(revealing("a1", Verdict::genuine));
  return c;
}

TEST(CaseReveal, WritesTheVerdict) {
  auto c = valid_case();
  auto entry = entry_in(c);
  auto& seat = entry.seats[0];
  seat.verdict = Verdict::genuine;
  seat.confidence_bps = 9'000;
  seat.method_hash = hash_of("method");
  seat.points_hash = hash_of("points");
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_TRUE(*delta == (Delta{{{case_key(id()), entry}}}));
}

TEST(CaseReveal, TheLastOneMakesItDue) {
  auto c = valid_case();
  entry_in(c).seats[1].verdict = Verdict::fake;
  const auto entry = written<CaseEntry>(c.run(), case_key(id()));
  EXPECT_EQ(entry.state, CaseState::reveal);
  EXPECT_EQ(entry.deadline_active_ms, c.block.active_ms + 1);
}

// The attack: a3 has copied a1's commitment and now says what a1 has revealed.
TEST(CaseReveal, ACopiedCommitmentCannotBeRevealed) {
  auto c = valid_case();
  entry_in(c).seats[2].commitment = entry_in(c).seats[0].commitment;
  c.tx.signers = {key_of("a3")};
  auto copied = revealing("a1", Verdict::genuine);
  copied.appraiser = key_of("a3");
  c.body<CaseReveal>() = copied;
  EXPECT_EQ(error_of(c).code, ErrorCode::case_commitment_wrong);
}

TEST(CaseReveal, EveryPartIsCommittedTo) {
  const std::vector<std::function<void(CaseReveal&)>> changes{
      [](auto& r) { r.verdict = Verdict::fake; },
      [](auto& r) { r.confidence_bps += 1; },
      [](auto& r) { r.method_hash = hash_of("other"); },
      [](auto& r) { r.points_hash = {}; },
      [](auto& r) { r.salt = {}; },
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    auto c = valid_case();
    changes[i](c.body<CaseReveal>());
    EXPECT_EQ(error_of(c).code, ErrorCode::case_commitment_wrong) << i;
  }
  auto c = valid_case();
  entry_in(c).round = entry_in(c).seats[0].round = 2;
  EXPECT_EQ(error_of(c).code, ErrorCode::case_commitment_wrong) << "the round too";
}

TEST(CaseReveal, ErrorsInPrecedenceOrder) {
  run_table(
      valid_case,
      {{"a coin is claimed", [](Case& c) { claim(c, contracts::coin()); }, ErrorCode::claim_count},
       {"more than certain",
        [](Case& c) { c.body<CaseReveal>().confidence_bps = kBasisPoints + 1; },
        ErrorCode::field_value},
       {"a stranger signs", sign_by_a_stranger, ErrorCode::signature_missing},
       {"no such case", [](Case& c) { c.body<CaseReveal>().case_id = CaseId{hash_of("other")}; },
        ErrorCode::case_unknown}});
  run_table(valid_case,
            {{"they commit yet", [](Case& c) { entry_in(c).state = CaseState::commit; },
              ErrorCode::case_state},
             {"too late", [](Case& c) { entry_in(c).deadline_active_ms = c.block.active_ms; },
              ErrorCode::case_deadline_passed},
             {"no judge of it", [](Case& c) { entry_in(c).seats[0].appraiser = key_of("a5"); },
              ErrorCode::case_not_judge}});
  run_table(
      valid_case,
      {{"it has revealed", [](Case& c) { entry_in(c).seats[0].verdict = Verdict::genuine; },
        ErrorCode::case_said_already},
       {"something else", [](Case& c) { entry_in(c).seats[0].commitment = hash_of("another"); },
        ErrorCode::case_commitment_wrong}});
}

}  // namespace
}  // namespace tally::contracts::cases
