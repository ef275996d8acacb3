#include "contracts/authentication/case_calibrate.hpp"

#include "unit/contracts/authentication/cases.hpp"

namespace tally::contracts::cases {
namespace {

Case valid_case() {
  auto c = world();
  auto entry = entry_of(CaseState::closed);
  entry.verdict = Verdict::genuine;
  entry.sealed_hash = case_answer(id(), Verdict::fake, hash_of("salt"));
  const std::optional<Verdict> said[] = {Verdict::genuine, Verdict::fake, Verdict::inconclusive,
                                         std::nullopt};
  for (std::size_t i = 0; i < 4; ++i) seat(entry, kAppraisers[i]).verdict = said[i];
  c.registry.put(case_key(id()), entry);
  c.sign_quorum().command(CaseCalibrate{id(), Verdict::fake, hash_of("salt")});
  return c;
}

TEST(CaseCalibrate, CountsForAndAgainstWhoGaveAVerdict) {
  auto c = valid_case();
  auto entry = entry_in(c);
  entry.control = Verdict::fake;
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_TRUE(*delta ==
              (Delta{{{appraiser_key(key_of("a1")), AppraiserEntry{key_of("a1"), 0, 0, 0, 0, 0, 1}},
                      {appraiser_key(key_of("a2")), AppraiserEntry{key_of("a2"), 0, 0, 0, 0, 1, 0}},
                      {case_key(id()), entry}}}));
}

TEST(CaseCalibrate, ARegistrarMay) {
  auto c = valid_case();
  c.tx.signers = {key_of("desk")};
  EXPECT_EQ(error_of(c).code, ErrorCode::quorum_missing);
  put_accreditation(c, "desk", Role::registrar);
  EXPECT_TRUE(c.run());
}

TEST(CaseCalibrate, ErrorsInPrecedenceOrder) {
  run_table(
      valid_case,
      {{"a coin is claimed", [](Case& c) { claim(c, contracts::coin()); }, ErrorCode::claim_count},
       {"one operator", [](Case& c) { c.tx.signers = {key_of("operator1")}; },
        ErrorCode::quorum_missing},
       {"no such case", [](Case& c) { c.body<CaseCalibrate>().case_id = CaseId{hash_of("other")}; },
        ErrorCode::case_unknown}});
  run_table(valid_case,
            {{"it is not closed", [](Case& c) { entry_in(c).state = CaseState::decided; },
              ErrorCode::case_state},
             {"again", [](Case& c) { entry_in(c).control = Verdict::fake; },
              ErrorCode::case_said_already},
             {"another answer", [](Case& c) { c.body<CaseCalibrate>().answer = Verdict::genuine; },
              ErrorCode::case_commitment_wrong}});
}

}  // namespace
}  // namespace tally::contracts::cases
