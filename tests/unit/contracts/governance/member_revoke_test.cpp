#include "unit/contracts/governance/faults.hpp"

namespace tally::contracts {
namespace {

Case valid() {
  Case c;
  c.registry.put(member_key(key_of("ana")), MemberEntry{key_of("ana"), key_of("shop"), 5, 0});
  c.sign_quorum().command(MemberRevoke{key_of("ana"), hash_of("fraud")});
  return c;
}

TEST(MemberRevoke, SaysFromWhen) {
  const auto c = valid();
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_EQ(*delta, (Delta{{{member_key(key_of("ana")),
                             MemberEntry{key_of("ana"), key_of("shop"), 5, c.block.time_ms}}}}));
}

TEST(MemberRevoke, RefusesInOrder) {
  run_table(valid,
            {
                {"claims an output", claim_an_output, ErrorCode::claim_count},
                {"one signature lacks", lose_the_quorum, ErrorCode::quorum_missing},
                {"no member", [](Case& c) { c.body<MemberRevoke>().key = key_of("stranger"); },
                 ErrorCode::member_unknown},
            });
  expect_one_missing(valid());
}

TEST(MemberRevoke, OnlyOnce) {
  auto c = valid();
  c.registry.at<MemberEntry>(member_key(key_of("ana"))).revoked_ms = 9;
  EXPECT_EQ(c.run().error().code, ErrorCode::member_unknown);
}

}  // namespace
}  // namespace tally::contracts
