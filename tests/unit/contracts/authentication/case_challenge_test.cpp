#include "contracts/authentication/case_challenge.hpp"

#include "unit/contracts/authentication/cases.hpp"

namespace tally::contracts::cases {
namespace {

Case valid_case() {
  auto c = world();
  auto entry = entry_of(CaseState::decided);
  entry.first_verdict = entry.verdict = Verdict::fake;
  entry.deadline_active_ms = c.block.active_ms + 1;
  c.registry.put(case_key(id()), entry);
  c.spend(coin("EUR", kChallengeBond + 5, "bob"));
  c.make(coin("EUR", 5, "bob"));
  c.sign("bob").command(CaseChallenge{id(), key_of("bob"), hash_of("reason"), kChallengeBond});
  return c;
}

TEST(CaseChallenge, AsksForASecondPanel) {
  auto c = valid_case();
  auto entry = entry_in(c);
  entry.state = CaseState::challenged;
  entry.round = 2;
  entry.deadline_active_ms = c.block.active_ms + 1;
  entry.challenger = key_of("bob");
  entry.reason_hash = hash_of("reason");
  entry.challenge_bond = kChallengeBond;
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_TRUE(*delta == (Delta{{{case_key(id()), entry}}}));
}

TEST(CaseChallenge, ErrorsInPrecedenceOrder) {
  run_table(
      valid_case,
      {{"no input", claim_no_input, ErrorCode::claim_count},
       {"an item comes out", claim_an_item_output, ErrorCode::claim_type},
       {"a stranger signs", sign_by_a_stranger, ErrorCode::signature_missing},
       {"no member",
        [](Case& c) { c.registry.at<MemberEntry>(member_key(key_of("bob"))).revoked_ms = 1; },
        ErrorCode::member_unknown},
       {"no such case", [](Case& c) { c.body<CaseChallenge>().case_id = CaseId{hash_of("other")}; },
        ErrorCode::case_unknown}});
  run_table(
      valid_case,
      {{"it was challenged", [](Case& c) { entry_in(c).state = CaseState::challenged; },
        ErrorCode::case_state},
       {"too late", [](Case& c) { entry_in(c).deadline_active_ms = c.block.active_ms; },
        ErrorCode::case_deadline_passed},
       {"another bond", [](Case& c) { c.body<CaseChallenge>().bond += 1; }, ErrorCode::case_price},
       {"frozen", [](Case& c) { freeze(c, "EUR", "bob"); }, ErrorCode::holder_frozen},
       {"less than the bond", [](Case& c) { c.out<Coin>(0).amount += 1; },
        ErrorCode::not_conserved}});
}

}  // namespace
}  // namespace tally::contracts::cases
