#include "unit/contracts/governance/faults.hpp"

namespace tally::contracts {
namespace {

RegistryKey bank_key() { return licence_key(key_of("bank"), AssetKind::payment); }

Case valid() {
  Case c;
  c.sign_quorum().command(LicenceGrant{key_of("bank"), AssetKind::payment, hash_of("papers")});
  return c;
}

TEST(LicenceGrant, Grants) {
  const auto c = valid();
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_EQ(*delta, (Delta{{{bank_key(), LicenceEntry{key_of("bank"), AssetKind::payment,
                                                      hash_of("papers"), c.block.time_ms, 0}}}}));
}

TEST(LicenceGrant, RefusesInOrder) {
  run_table(valid, {
                       {"claims an output", claim_an_output, ErrorCode::claim_count},
                       {"one signature lacks", lose_the_quorum, ErrorCode::quorum_missing},
                       {"a zero key", [](Case& c) { c.body<LicenceGrant>().issuer = {}; },
                        ErrorCode::invalid_key},
                       {"licensed",
                        [](Case& c) {
                          c.registry.put(
                              bank_key(),
                              LicenceEntry{key_of("bank"), AssetKind::payment, {}, 1, 0});
                        },
                        ErrorCode::licence_exists},
                   });
  expect_one_missing(valid());
}

TEST(LicenceGrant, CanBeGrantedAgain) {
  auto c = valid();
  c.registry.put(bank_key(), LicenceEntry{key_of("bank"), AssetKind::payment, {}, 1, 2});
  EXPECT_EQ(written<LicenceEntry>(c.run(), bank_key()).revoked_ms, 0u);
}

}  // namespace
}  // namespace tally::contracts
