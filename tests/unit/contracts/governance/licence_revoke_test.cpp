#include "unit/contracts/governance/faults.hpp"

namespace tally::contracts {
namespace {

RegistryKey bank_key() { return licence_key(key_of("bank"), AssetKind::payment); }

LicenceEntry bank(std::uint64_t revoked_ms) {
  return {key_of("bank"), AssetKind::payment, hash_of("papers"), 5, revoked_ms};
}

Case valid() {
  Case c;
  c.registry.put(bank_key(), bank(0));
  c.sign_quorum().command(LicenceRevoke{key_of("bank"), AssetKind::payment, hash_of("insolvent")});
  return c;
}

TEST(LicenceRevoke, SaysFromWhen) {
  const auto c = valid();
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_EQ(*delta, (Delta{{{bank_key(), bank(c.block.time_ms)}}}));
}

TEST(LicenceRevoke, RefusesInOrder) {
  run_table(valid,
            {
                {"claims an output", claim_an_output, ErrorCode::claim_count},
                {"one signature lacks", lose_the_quorum, ErrorCode::quorum_missing},
                {"another kind", [](Case& c) { c.body<LicenceRevoke>().kind = AssetKind::iou; },
                 ErrorCode::licence_unknown},
            });
  expect_one_missing(valid());
}

TEST(LicenceRevoke, OnlyOnce) {
  auto c = valid();
  c.registry.put(bank_key(), bank(6));
  EXPECT_EQ(c.run().error().code, ErrorCode::licence_unknown);
}

}  // namespace
}  // namespace tally::contracts
