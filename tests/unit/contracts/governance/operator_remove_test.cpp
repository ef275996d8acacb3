#include "unit/contracts/governance/faults.hpp"

namespace tally::contracts {
namespace {

Case valid() {
  Case c;
  c.sign_quorum().command(OperatorRemove{key_of("operator3"), 2});
  return c;
}

TEST(OperatorRemove, RemovesTheOperator) {
  const auto delta = valid().run();
  ASSERT_TRUE(delta);
  const NetworkEntry network{"test", sorted_keys({key_of("operator1"), key_of("operator2")}), 2, 1};
  EXPECT_EQ(*delta, (Delta{{{network_key(), network}}}));
}

TEST(OperatorRemove, RefusesInOrder) {
  run_table(valid,
            {
                {"claims an output", claim_an_output, ErrorCode::claim_count},
                {"one signature lacks", lose_the_quorum, ErrorCode::quorum_missing},
                {"no operator", [](Case& c) { c.body<OperatorRemove>().key = key_of("stranger"); },
                 ErrorCode::operator_unknown},
                {"a quorum of half", [](Case& c) { c.body<OperatorRemove>().quorum = 1; },
                 ErrorCode::quorum_invalid},
            });
  expect_one_missing(valid());
}

TEST(OperatorRemove, DemandsAQuorumOfThoseThatStay) {
  for (const std::uint32_t quorum : {0u, 1u, 3u}) {
    auto c = valid();
    c.body<OperatorRemove>().quorum = quorum;
    EXPECT_EQ(c.run().error(), (Error{ErrorCode::quorum_invalid, 0, 2})) << quorum;
  }
}

TEST(OperatorRemove, CannotRemoveTheLast) {
  for (const std::uint32_t quorum : {0u, 1u}) {
    auto c = valid();
    auto& network = c.registry.at<NetworkEntry>(network_key());
    network.operators = {key_of("operator1")};
    network.quorum = 1;
    c.body<OperatorRemove>() = {key_of("operator1"), quorum};
    EXPECT_EQ(c.run().error(), (Error{ErrorCode::quorum_invalid, 0, 0}));
  }
}

// Ronin (2022): a key that was taken out must not go on counting.
TEST(OperatorRemove, WhoIsRemovedCountsNoMore) {
  auto c = valid();
  c.body<OperatorRemove>().key = key_of("operator2");
  c.command(MemberRevoke{key_of("operator2"), {}});
  EXPECT_EQ(c.run().error(), (Error{ErrorCode::quorum_missing, 0, 1}));
}

}  // namespace
}  // namespace tally::contracts
