#include "unit/contracts/governance/faults.hpp"

namespace tally::contracts {
namespace {

Case valid() {
  Case c;
  c.sign_quorum().command(OperatorRotate{key_of("operator3"), key_of("fresh")});
  return c;
}

TEST(OperatorRotate, PutsTheNewKeyInItsPlace) {
  const auto c = valid();
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  const auto key = key_of("fresh");
  const NetworkEntry network{"test", sorted_keys({key_of("operator1"), key_of("operator2"), key}),
                             2, 1};
  EXPECT_EQ(*delta,
            (Delta{{{network_key(), network},
                    {member_key(key), MemberEntry{key, std::nullopt, c.block.time_ms, 0}}}}));
}

TEST(OperatorRotate, KeepsTheOperatorsAscendingWhereverTheNewKeyFalls) {
  for (int i = 0; i < 20; ++i) {
    auto c = valid();
    c.body<OperatorRotate>().new_key = key_of("fresh" + std::to_string(i));
    const auto operators = written<NetworkEntry>(c.run(), network_key()).operators;
    EXPECT_EQ(operators, sorted_keys(operators));
    EXPECT_EQ(operators.size(), 3u);
  }
}

TEST(OperatorRotate, RefusesInOrder) {
  run_table(valid, {
                       {"claims an output", claim_an_output, ErrorCode::claim_count},
                       {"one signature lacks", lose_the_quorum, ErrorCode::quorum_missing},
                       {"a zero key", [](Case& c) { c.body<OperatorRotate>().new_key = {}; },
                        ErrorCode::invalid_key},
                       {"no operator",
                        [](Case& c) { c.body<OperatorRotate>().old_key = key_of("stranger"); },
                        ErrorCode::operator_unknown},
                       {"an operator's key",
                        [](Case& c) { c.body<OperatorRotate>().new_key = key_of("operator1"); },
                        ErrorCode::operator_exists},
                   });
  expect_one_missing(valid());
}

TEST(OperatorRotate, RefusesTheSameKey) {
  auto c = valid();
  c.body<OperatorRotate>().new_key = key_of("operator3");
  EXPECT_EQ(c.run().error().code, ErrorCode::operator_exists);
}

TEST(OperatorRotate, TheOldKeyCountsNoMore) {
  auto c = valid();
  c.body<OperatorRotate>().old_key = key_of("operator2");
  c.command(MemberRevoke{key_of("fresh"), {}});
  EXPECT_EQ(c.run().error(), (Error{ErrorCode::quorum_missing, 0, 1}));
}

}  // namespace
}  // namespace tally::contracts
