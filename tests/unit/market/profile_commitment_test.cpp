#include "market/profile_commitment.hpp"

#include <gtest/gtest.h>

#include "crypto/hash.hpp"
#include "unit/market/world.hpp"
#include "views/registry.hpp"

namespace tally::market {
namespace {

TEST(ProfileCommitment, IsWhatTheSpecificationSays) {
  const auto attribute = profile_attribute_id("shoe_size");
  EXPECT_EQ(attribute, crypto::tagged_hash("tally/profile-attribute", {as_bytes("shoe_size")}));
  const Bytes version{0, 0, 0, 0, 0, 0, 0, 2};
  const auto salt = hash_of("salt");
  EXPECT_EQ(profile_commitment(salt, attribute, 2, as_bytes("42")),
            crypto::tagged_hash("tally/profile-value", {salt, attribute, version, as_bytes("42")}));
  EXPECT_NE(profile_commitment(salt, attribute, 2, as_bytes("42")),
            profile_commitment(salt, attribute, 3, as_bytes("42")));
}

TEST(ProfileCommitment, IsMadeByTheBuilderForTheNextVersion) {
  auto world = furnished();
  for (std::uint64_t version = 1; version <= 2; ++version) {
    world->settle("profile_set", "bo", "{'attribute': 'shoe_size', 'value': '42', 'salt': '#s'}");
    const auto attribute = profile_attribute_id("shoe_size");
    const auto entry =
        views::find_entry(world->snapshot(), contracts::profile_key(test::key("bo"), attribute));
    ASSERT_TRUE(entry && *entry);
    const auto& profile = std::get<contracts::ProfileEntry>((*entry)->entry);
    EXPECT_EQ(profile.version, version);
    EXPECT_EQ(profile.commitment,
              profile_commitment(hash_of("s"), attribute, version, as_bytes("42")));
  }
}

}  // namespace
}  // namespace tally::market
