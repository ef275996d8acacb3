#include "ledger/registries.hpp"

#include <gtest/gtest.h>

#include <set>

namespace tally::ledger {
namespace {

TEST(RegistryKeyHash, keys_that_are_made_to_look_alike_do_not_share_a_bucket) {
  const RegistryKeyHash hash;
  std::set<std::size_t> hashes;
  for (std::uint16_t i = 0; i < 10'000; ++i) {
    contracts::RegistryKey key{contracts::RegistryKind::member, {}};
    key.id[30] = static_cast<std::uint8_t>(i >> 8);
    key.id[31] = static_cast<std::uint8_t>(i);
    hashes.insert(hash(key));
  }
  EXPECT_GT(hashes.size(), 9'990u);
}

TEST(RegistryKeyHash, every_map_has_its_own) {
  const contracts::RegistryKey key{contracts::RegistryKind::member, {7}};
  EXPECT_NE(RegistryKeyHash()(key), RegistryKeyHash()(key));
}

}  // namespace
}  // namespace tally::ledger
