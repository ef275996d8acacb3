#include "unit/contracts/governance/faults.hpp"

namespace tally::contracts {
namespace {

Case valid() {
  Case c;
  c.sign_quorum().command(OperatorAdd{key_of("operator4"), 3});
  return c;
}

NetworkEntry& network(Case& c) { return c.registry.at<NetworkEntry>(network_key()); }

void set_operators(Case& c, std::size_t count, std::uint32_t quorum) {
  auto keys = std::vector{key_of("operator1"), key_of("operator2")};
  while (keys.size() < count) keys.push_back(key_of("filler" + std::to_string(keys.size())));
  network(c).operators = sorted_keys(keys);
  network(c).quorum = quorum;
}

TEST(OperatorAdd, AddsTheOperatorAndMakesItAMember) {
  const auto c = valid();
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  const NetworkEntry network{"test",
                             sorted_keys({key_of("operator1"), key_of("operator2"),
                                          key_of("operator3"), key_of("operator4")}),
                             3, 1};
  const auto key = key_of("operator4");
  EXPECT_EQ(*delta,
            (Delta{{{network_key(), network},
                    {member_key(key), MemberEntry{key, std::nullopt, c.block.time_ms, 0}}}}));
}

TEST(OperatorAdd, LeavesAMemberAsItIs) {
  auto c = valid();
  const auto key = key_of("operator4");
  c.registry.put(member_key(key), MemberEntry{key, key_of("sponsor"), 5, 0});
  EXPECT_EQ(c.run()->writes.size(), 1u);
  c.registry.put(member_key(key), MemberEntry{key, key_of("sponsor"), 5, 6});
  EXPECT_EQ(written<MemberEntry>(c.run(), member_key(key)),
            (MemberEntry{key, std::nullopt, c.block.time_ms, 0}));
  c.registry.put(member_key(key), MemberEntry{key, key_of("sponsor"), 5, 0, true});
  EXPECT_EQ(written<MemberEntry>(c.run(), member_key(key)),
            (MemberEntry{key, std::nullopt, c.block.time_ms, 0}));
}

TEST(OperatorAdd, RefusesInOrder) {
  run_table(
      valid,
      {
          {"claims an output", claim_an_output, ErrorCode::claim_count},
          {"one signature lacks", lose_the_quorum, ErrorCode::quorum_missing},
          {"a zero key", [](Case& c) { c.body<OperatorAdd>().key = {}; }, ErrorCode::invalid_key},
          {"an operator's key", [](Case& c) { c.body<OperatorAdd>().key = key_of("operator1"); },
           ErrorCode::operator_exists},
          {"no room", [](Case& c) { set_operators(c, kOperatorsMax, 2); },
           ErrorCode::too_many_operators},
          {"half is no quorum", [](Case& c) { c.body<OperatorAdd>().quorum = 2; },
           ErrorCode::quorum_invalid},
      });
  expect_one_missing(valid());
}

TEST(OperatorAdd, TakesAsManyOperatorsAsTheLimit) {
  auto c = valid();
  set_operators(c, kOperatorsMax - 1, 2);
  c.body<OperatorAdd>().quorum = kOperatorsMax / 2 + 1;
  EXPECT_TRUE(c.run());
  set_operators(c, kOperatorsMax, 2);
  EXPECT_EQ(c.run().error(), (Error{ErrorCode::too_many_operators, 0, kOperatorsMax}));
}

TEST(OperatorAdd, DemandsAQuorumBetweenMoreThanHalfAndAll) {
  for (const auto& [quorum, ok] : std::map<std::uint32_t, bool>{{0, false},
                                                                {1, false},
                                                                {2, false},
                                                                {3, true},
                                                                {4, true},
                                                                {5, false},
                                                                {UINT32_MAX, false}}) {
    auto c = valid();
    c.body<OperatorAdd>().quorum = quorum;
    const auto outcome = c.run();
    EXPECT_EQ(outcome.has_value(), ok) << quorum;
    if (!ok) {
      EXPECT_EQ(outcome.error(), (Error{ErrorCode::quorum_invalid, 0, 4}));
    }
  }
}

// A second command of the same transaction already needs the quorum that the first one set.
TEST(OperatorAdd, HoldsFromTheNextCommandOn) {
  auto c = valid();
  c.command(MemberRevoke{key_of("operator4"), {}});
  EXPECT_EQ(c.run().error(), (Error{ErrorCode::quorum_missing, 0, 1}));
  c.sign("operator4");
  EXPECT_EQ(written<MemberEntry>(c.run(), member_key(key_of("operator4"))).revoked_ms,
            c.block.time_ms);
}

}  // namespace
}  // namespace tally::contracts
