#include "contracts/profile/profile_set.hpp"

#include "unit/contracts/support.hpp"

namespace tally::contracts {
namespace {

const auto kKey = profile_key(key_of("bo"), hash_of("shoe size"));

ProfileEntry version_of(std::uint64_t version, std::uint64_t since_ms) {
  return {key_of("bo"), hash_of("shoe size"), hash_of("commitment"), version, since_ms};
}

Case valid_case() {
  Case c;
  c.registry.put(kKey, version_of(6, 1));
  c.sign("bo").command(ProfileSet{key_of("bo"), hash_of("shoe size"), hash_of("commitment"), 7});
  return c;
}

TEST(ProfileSet, WritesTheNextVersion) {
  const auto c = valid_case();
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_TRUE(*delta == (Delta{{{kKey, version_of(7, c.block.time_ms)}}}));
}

TEST(ProfileSet, ErrorsInPrecedenceOrder) {
  run_table(
      valid_case,
      {{"a grant is claimed", [](Case& c) { c.tx.commands[0].outputs.push_back(c.make(Grant{})); },
        ErrorCode::claim_count},
       {"the owner has not signed", [](Case& c) { c.tx.signers = {key_of("ana")}; },
        ErrorCode::signature_missing},
       {"a version is left out", [](Case& c) { c.body<ProfileSet>().version = 8; },
        ErrorCode::profile_version}});
}

TEST(ProfileSet, CountsVersionsFrom1WithoutGaps) {
  auto c = valid_case();
  auto& version = c.body<ProfileSet>().version;
  for (const auto wrong : {0, 6, 8}) {
    version = static_cast<std::uint64_t>(wrong);
    const auto outcome = c.run();
    ASSERT_FALSE(outcome) << wrong;
    EXPECT_EQ(outcome.error(), (Error{ErrorCode::profile_version, 0, 7}));
  }
  c.body<ProfileSet>().attribute_id = hash_of("birthday");  // not set before
  version = 0;
  EXPECT_FALSE(c.run());
  version = 1;
  EXPECT_TRUE(c.run());
}

}  // namespace
}  // namespace tally::contracts
