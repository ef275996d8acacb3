#include "views/registry.hpp"

#include "chain.hpp"

namespace tally::views {
namespace {

using contracts::RegistryKind;

TEST(RegistryView, MirrorsEveryEntry) {
  Market market;
  market.sell(kBag, "alice", 100);
  ViewsOver over(market);
  const auto snapshot = over.look();
  const SnapshotRegistry mirror(snapshot);
  for (const auto& block : market.blocks) {
    for (const auto& outcome : block->outcomes) {
      for (const auto& write : std::get<codec::SettledRecord>(outcome).writes) {
        const auto entry = *find_entry(snapshot, write.key);
        ASSERT_TRUE(entry);
        EXPECT_EQ(entry->entry, *market.find(write.key));
        EXPECT_GE(entry->changed_height, block->header.height);
        EXPECT_LE(entry->first_height, block->header.height);
        ASSERT_NE(mirror.find(write.key), nullptr);
        EXPECT_EQ(*mirror.find(write.key), *market.find(write.key));
      }
    }
  }
  EXPECT_EQ(mirror.find(contracts::member_key(key_of("stranger"))), nullptr);
  EXPECT_FALSE(mirror.fault());
  EXPECT_FALSE(*find_entry(snapshot, contracts::member_key(key_of("stranger"))));
}

TEST(RegistryView, ListsAKindWithoutWhatCameAfterThePin) {
  Market market;
  ViewsOver over(market);
  const auto members = [&](const PageRequest& request) {
    return list_entries(over.look(), RegistryKind::member, request);
  };
  EXPECT_EQ(all_pages(2, members).size(), 7u);
  const auto first = members({.limit = 1, .cursor = {}});
  contracts::MemberAdmit admit;
  for (int i = 0; i < 20; ++i) admit.keys.push_back(key_of("new" + std::to_string(i)));
  market.quorum(admit);
  market.seal();
  const auto rest = members({.limit = 100, .cursor = first->next_cursor});
  EXPECT_EQ(rest->rows.size(), 6u);
  EXPECT_EQ(all_pages(7, members).size(), 27u);
}

TEST(RegistryView, ListsWhatBelongsToSomebody) {
  Market market;
  const contracts::DelegationPowers powers{.commands = {contracts::ItemObserve::kNumber},
                                           .prefixes = {std::string(kPrefix)},
                                           .places = {},
                                           .asset = {},
                                           .items_max = 5,
                                           .until_ms = market.now_ms + contracts::kDayMs};
  market.settle({"brand"}, {}, {},
                contracts::DelegationGrant{key_of("brand"), key_of("agent"), powers});
  market.seal();
  ViewsOver over(market);
  const auto owned = [&](RegistryKind kind, std::string_view owner) {
    return all_pages(1, [&](const PageRequest& request) {
      return list_owned_entries(over.look(), kind, key_of(owner).bytes, request);
    });
  };
  ASSERT_EQ(owned(RegistryKind::delegation, "brand").size(), 1u);
  EXPECT_EQ(owned(RegistryKind::delegation, "agent").size(), 1u);
  EXPECT_EQ(owned(RegistryKind::licence, "bank").size(), 1u);
  EXPECT_EQ(owned(RegistryKind::asset, "bank").size(), 1u);
  EXPECT_EQ(owned(RegistryKind::asset, "brand").size(), 0u);
  EXPECT_EQ(owned(RegistryKind::prefix, "brand").size(), 1u);

  // A prefix that goes to another brand leaves the first one's list.
  market.quorum(contracts::PrefixWithdraw{std::string(kPrefix), hash_of("gone")});
  market.quorum(
      contracts::PrefixRegister{std::string(kPrefix), key_of("heir"), hash_of("inherited")});
  market.seal();
  EXPECT_EQ(owned(RegistryKind::prefix, "brand").size(), 0u);
  EXPECT_EQ(owned(RegistryKind::prefix, "heir").size(), 1u);
}

}  // namespace
}  // namespace tally::views
