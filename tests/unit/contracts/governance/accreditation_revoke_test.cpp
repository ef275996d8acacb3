#include "unit/contracts/governance/faults.hpp"

namespace tally::contracts {
namespace {

RegistryKey expert_key() { return accreditation_key(key_of("expert"), Role::appraiser); }

AccreditationEntry expert(std::uint64_t revoked_ms) {
  return {key_of("expert"), Role::appraiser, hash_of("diploma"), 0, 0, 5, revoked_ms};
}

Case valid() {
  Case c;
  c.registry.put(expert_key(), expert(0));
  c.sign_quorum().command(
      AccreditationRevoke{key_of("expert"), Role::appraiser, hash_of("wrong verdicts")});
  return c;
}

TEST(AccreditationRevoke, SaysFromWhen) {
  const auto c = valid();
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_EQ(*delta, (Delta{{{expert_key(), expert(c.block.time_ms)}}}));
}

TEST(AccreditationRevoke, RefusesInOrder) {
  run_table(valid,
            {
                {"claims an output", claim_an_output, ErrorCode::claim_count},
                {"one signature lacks", lose_the_quorum, ErrorCode::quorum_missing},
                {"another role", [](Case& c) { c.body<AccreditationRevoke>().role = Role::centre; },
                 ErrorCode::accreditation_unknown},
            });
  expect_one_missing(valid());
}

TEST(AccreditationRevoke, OnlyOnce) {
  auto c = valid();
  c.registry.put(expert_key(), expert(6));
  EXPECT_EQ(c.run().error().code, ErrorCode::accreditation_unknown);
}

}  // namespace
}  // namespace tally::contracts
