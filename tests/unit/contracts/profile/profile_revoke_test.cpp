#include "contracts/profile/profile_revoke.hpp"

#include "unit/contracts/item/items.hpp"

namespace tally::contracts {
namespace {

Grant grant_of(std::string_view owner) {
  return {key_of(owner), hash_of("shoe size"), key_of("boutique"), hash_of("wrapped key"), 1};
}

Case valid_case() {
  Case c;
  c.spend(grant_of("bo"));
  c.spend(grant_of("ana"));
  c.sign("bo").sign("ana").command(ProfileRevoke{});
  return c;
}

TEST(ProfileRevoke, WritesNothing) {
  const auto delta = valid_case().run();  // the grants have expired, too
  ASSERT_TRUE(delta);
  EXPECT_TRUE(delta->writes.empty());
}

TEST(ProfileRevoke, ErrorsInPrecedenceOrder) {
  run_table(
      valid_case,
      {{"an output is claimed", [](Case& c) { claim(c, grant_of("bo")); }, ErrorCode::claim_count},
       {"a coin is claimed", [](Case& c) { claim_input(c, coin()); }, ErrorCode::claim_type},
       {"an owner has not signed", [](Case& c) { c.tx.signers.pop_back(); },
        ErrorCode::signature_missing}});
}

TEST(ProfileRevoke, WantsAGrantAndItsOwner) {
  Case none;
  none.sign("bo").command(ProfileRevoke{});
  EXPECT_EQ(error_of(none), (Error{ErrorCode::claim_count, 0, 0}));
  auto c = valid_case();
  c.tx.signers = {key_of("bo"), key_of("boutique")};  // the reader cannot
  EXPECT_EQ(error_of(c), (Error{ErrorCode::signature_missing, 1, 0}));
  c.spent[1] = coin();
  EXPECT_EQ(error_of(c), (Error{ErrorCode::claim_type, 1, 0}));
}

}  // namespace
}  // namespace tally::contracts
