#include "contracts/delegation/delegation_revoke.hpp"

#include "unit/contracts/item/items.hpp"

namespace tally::contracts {
namespace {

const auto kKey = delegation_key(key_of("brand"), key_of("agent"));

Case valid_case() {
  Case c;
  put_delegation(c, "brand", "agent", ItemObserve::kNumber).items_used = 3;
  c.tx.references.clear();
  c.sign("brand").command(DelegationRevoke{key_of("brand"), key_of("agent")});
  return c;
}

TEST(DelegationRevoke, EndsItNow) {
  const auto c = valid_case();
  auto entry = *c.registry.get<DelegationEntry>(kKey);
  entry.revoked_ms = c.block.time_ms;
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_TRUE(*delta == (Delta{{{kKey, entry}}}));
}

TEST(DelegationRevoke, ErrorsInPrecedenceOrder) {
  run_table(valid_case,
            {{"a coin is claimed", [](Case& c) { claim(c, coin()); }, ErrorCode::claim_count},
             {"the principal has not signed", [](Case& c) { c.tx.signers = {key_of("agent")}; },
              ErrorCode::signature_missing},
             {"it was revoked before",
              [](Case& c) { c.registry.at<DelegationEntry>(kKey).revoked_ms = 1; },
              ErrorCode::delegation_unknown}});
}

TEST(DelegationRevoke, WantsADelegation) {
  auto c = valid_case();
  c.body<DelegationRevoke>().agent = key_of("ana");
  EXPECT_EQ(error_of(c).code, ErrorCode::delegation_unknown);
}

TEST(DelegationRevoke, EndsOneThatHasExpiredToo) {
  auto c = valid_case();
  c.registry.at<DelegationEntry>(kKey).powers.until_ms = 1;
  EXPECT_EQ(written<DelegationEntry>(c.run(), kKey).revoked_ms, c.block.time_ms);
}

}  // namespace
}  // namespace tally::contracts
