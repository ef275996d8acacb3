#include "contracts/profile/profile_grant.hpp"

#include "unit/contracts/item/items.hpp"

namespace tally::contracts {
namespace {

Case valid_case() {
  Case c;
  ProfileEntry entry;
  entry.owner = key_of("bo");
  entry.attribute_id = hash_of("shoe size");
  entry.version = 1;
  c.registry.put(profile_key(entry.owner, entry.attribute_id), entry);
  c.make(Grant{key_of("bo"), hash_of("shoe size"), key_of("boutique"), hash_of("wrapped key"),
               c.block.time_ms + 1});
  c.sign("bo").command(ProfileGrant{});
  return c;
}

TEST(ProfileGrant, WritesNothing) {
  const auto delta = valid_case().run();
  ASSERT_TRUE(delta);
  EXPECT_TRUE(delta->writes.empty());
}

TEST(ProfileGrant, ErrorsInPrecedenceOrder) {
  run_table(
      valid_case,
      {{"an input is claimed", [](Case& c) { claim_input(c, coin()); }, ErrorCode::claim_count},
       {"the grant ends now", [](Case& c) { c.out<Grant>(0).expires_ms = c.block.time_ms; },
        ErrorCode::grant_invalid},
       {"the owner has not signed", [](Case& c) { c.tx.signers = {key_of("boutique")}; },
        ErrorCode::signature_missing},
       {"no such attribute", [](Case& c) { c.out<Grant>(0).attribute_id = hash_of("birthday"); },
        ErrorCode::profile_attribute_unknown}});
}

TEST(ProfileGrant, WantsOneGrant) {
  auto two = valid_case();
  claim(two, Grant{});
  EXPECT_EQ(error_of(two).code, ErrorCode::claim_count);
  auto other = valid_case();
  other.tx.outputs[0] = coin();
  EXPECT_EQ(error_of(other), (Error{ErrorCode::claim_type, 0, 0}));
}

TEST(ProfileGrant, WantsAnotherReader) {
  auto c = valid_case();
  c.out<Grant>(0).reader = key_of("bo");
  EXPECT_EQ(error_of(c).code, ErrorCode::grant_invalid);
}

TEST(ProfileGrant, TakesAnAttributeSetInTheSameTransaction) {
  auto c = valid_case();
  c.tx.commands.clear();
  c.out<Grant>(0).attribute_id = hash_of("birthday");
  c.tx.commands.push_back({{}, {}, ProfileSet{key_of("bo"), hash_of("birthday"), {}, 1}});
  c.command(ProfileGrant{});
  EXPECT_TRUE(c.run());
}

}  // namespace
}  // namespace tally::contracts
