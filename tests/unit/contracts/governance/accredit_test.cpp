#include "unit/contracts/governance/faults.hpp"

namespace tally::contracts {
namespace {

Case valid() {
  Case c;
  c.sign_quorum().command(Accredit{key_of("shop"), Role::registrar, hash_of("contract"), 100});
  return c;
}

RegistryKey shop_key() { return accreditation_key(key_of("shop"), Role::registrar); }

TEST(Accredit, Accredits) {
  const auto c = valid();
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_EQ(
      *delta,
      (Delta{{{shop_key(), AccreditationEntry{key_of("shop"), Role::registrar, hash_of("contract"),
                                              100, 0, c.block.time_ms, 0}}}}));
}

TEST(Accredit, RefusesInOrder) {
  run_table(
      valid,
      {
          {"claims an output", claim_an_output, ErrorCode::claim_count},
          {"one signature lacks", lose_the_quorum, ErrorCode::quorum_missing},
          {"a zero key", [](Case& c) { c.body<Accredit>().key = {}; }, ErrorCode::invalid_key},
          {"a registrar without a quota", [](Case& c) { c.body<Accredit>().quota = 0; },
           ErrorCode::field_value},
          {"accredited",
           [](Case& c) {
             c.registry.put(shop_key(), AccreditationEntry{key_of("shop"), Role::registrar,
                                                           hash_of("contract"), 1, 1, 1, 0});
           },
           ErrorCode::accreditation_exists},
      });
  expect_one_missing(valid());
}

TEST(Accredit, OnlyARegistrarHasAQuota) {
  for (const auto role : {Role::appraiser, Role::centre, Role::carrier}) {
    auto c = valid();
    c.body<Accredit>().role = role;
    EXPECT_EQ(c.run().error().code, ErrorCode::field_value);
    c.body<Accredit>().quota = 0;
    EXPECT_EQ(written<AccreditationEntry>(c.run(), accreditation_key(key_of("shop"), role)).role,
              role);
  }
}

TEST(Accredit, StartsAnewAfterARevocation) {
  auto c = valid();
  c.registry.put(shop_key(),
                 AccreditationEntry{key_of("shop"), Role::registrar, hash_of("old"), 5, 5, 1, 2});
  const auto entry = written<AccreditationEntry>(c.run(), shop_key());
  EXPECT_EQ(entry.used, 0u);
  EXPECT_EQ(entry.revoked_ms, 0u);
}

}  // namespace
}  // namespace tally::contracts
