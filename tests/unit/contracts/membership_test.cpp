#include "contracts/membership.hpp"

#include "unit/contracts/support.hpp"

namespace tally::contracts {
namespace {

void put(MapRegistry& registry, std::string_view name, std::uint64_t revoked_ms,
         std::string_view sponsor = {}, bool agent = false) {
  MemberEntry entry{key_of(name), std::nullopt, 5, revoked_ms, agent};
  if (!sponsor.empty()) entry.sponsor = key_of(sponsor);
  registry.put(member_key(entry.key), entry);
}

struct Answer {
  std::string_view what;
  std::uint64_t member_revoked_ms;
  std::uint64_t sponsor_revoked_ms;
  bool agent;
  std::optional<ErrorCode> error;
  std::string_view answers;
};

TEST(Membership, AnAgentStandsAndFallsWithItsSponsorAndAnEnrolledMemberDoesNot) {
  const Answer rows[] = {
      {"enrolled", 0, 0, false, {}, "ana"},
      {"enrolled by one that was revoked", 0, 7, false, {}, "ana"},
      {"enrolled and revoked", 7, 0, false, ErrorCode::member_revoked, ""},
      {"an agent", 0, 0, true, {}, "shop"},
      {"an agent of one that was revoked", 0, 7, true, ErrorCode::member_revoked, ""},
      {"an agent, revoked", 7, 0, true, ErrorCode::member_revoked, ""},
  };
  for (const auto& row : rows) {
    MapRegistry registry;
    put(registry, "shop", row.sponsor_revoked_ms);
    put(registry, "ana", row.member_revoked_ms, "shop", row.agent);
    const auto answer = answering_member(registry, key_of("ana"));
    ASSERT_EQ(answer.has_value(), !row.error) << row.what;
    if (answer) {
      EXPECT_EQ((*answer)->key, key_of(row.answers)) << row.what;
    } else {
      EXPECT_EQ(answer.error().code, *row.error) << row.what;
    }
  }
  EXPECT_EQ(answering_member(MapRegistry{}, key_of("ana")).error().code, ErrorCode::not_a_member);
}

Case valid() {
  Case c;
  put(c.registry, "ana", 0);
  c.sign("ana").sign("stranger");
  return c;
}

TEST(Submission, OnlyTheFirstSignerMustBeAMemberAndTheValidityIsBounded) {
  const auto error = [](const Case& c) -> std::optional<ErrorCode> {
    const auto ok = check_submission(c.tx, c.registry, c.block.time_ms);
    return ok ? std::nullopt : std::optional(ok.error().code);
  };
  auto c = valid();
  EXPECT_EQ(error(c), std::nullopt);
  for (const auto& [until_ms, code] : std::map<std::uint64_t, std::optional<ErrorCode>>{
           {0, ErrorCode::expired},
           {c.block.time_ms - 1, ErrorCode::expired},
           {c.block.time_ms, {}},
           {c.block.time_ms + kValidityMsMax, {}},
           {c.block.time_ms + kValidityMsMax + 1, ErrorCode::valid_too_long},
           {UINT64_MAX, ErrorCode::valid_too_long}}) {
    c.tx.valid_until_ms = until_ms;
    EXPECT_EQ(error(c), code) << until_ms;
  }
  c.tx.signers = {key_of("stranger"), key_of("ana")};
  EXPECT_EQ(error(c), ErrorCode::not_a_member);
  c.tx.signers.clear();
  EXPECT_EQ(error(c), ErrorCode::valid_too_long);
}

}  // namespace
}  // namespace tally::contracts
