#include "views/items.hpp"

#include "chain.hpp"

namespace tally::views {
namespace {

const auto kBagId = contracts::item_id(kBag);

std::vector<ItemEvent> history(const Snapshot& snapshot) {
  return all_pages(
      2, [&](const PageRequest& request) { return list_item_history(snapshot, kBagId, request); });
}

TEST(Items, AreFollowedFromBirthThroughEscrowToTheirOwner) {
  Market market;
  const auto item = market.commission(kBag, "shop");
  const auto money = market.issue("alice", {100});
  const auto born = market.seal();
  ViewsOver over(market);
  {
    const auto view = *find_item(over.look(), kBag);
    ASSERT_TRUE(view);
    EXPECT_EQ(view->id, kBagId);
    EXPECT_EQ(view->first_height, born);
    EXPECT_EQ(view->entry.authority, key_of("brand"));
    ASSERT_TRUE(view->place);
    EXPECT_EQ(view->place->owner, account_of("shop"));
    EXPECT_EQ(view->place->number, item);
    EXPECT_FALSE(view->place->order);
  }
  const auto id = market.offer(market.terms(kBag, 100), item);
  market.seal();
  {
    const auto place = (*find_item(over.look(), kBag))->place;
    ASSERT_TRUE(place);
    EXPECT_EQ(place->order, id);
    EXPECT_EQ(place->number, market.at[id]);
    EXPECT_FALSE(place->owner);
    EXPECT_TRUE(list_items_of(over.look(), account_of("shop"), {})->rows.empty());
  }
  market.fund(id, "alice", money, 100);
  market.accept(id);
  market.ship(id);
  market.deliver(id, "alice");
  const auto got = market.release(id, "alice");
  market.seal();
  const auto snapshot = over.look();
  const auto view = *find_item(snapshot, kBag);
  EXPECT_EQ(view->place->owner, account_of("alice"));
  EXPECT_EQ(view->place->number, got);
  EXPECT_EQ(view->entry.owners, 1u);

  const auto events = history(snapshot);
  EXPECT_EQ(view->history_count, events.size());
  std::vector<std::string_view> commands;
  for (const auto& event : events) commands.push_back(contracts::command_name(event.command));
  EXPECT_EQ(commands, (std::vector<std::string_view>{"item_commission", "order_offer", "order_fund",
                                                     "order_accept", "order_ship", "order_deliver",
                                                     "order_release"}));
  EXPECT_EQ(events[0].event_hash, hash_of("made " + kBag));
  EXPECT_EQ(events[0].actor, key_of("brand"));
  EXPECT_EQ(events[0].height, born);
  EXPECT_FALSE(events[0].order);
  EXPECT_EQ(events[2].actor, key_of("alice"));
  EXPECT_EQ(events[2].order, id);
  EXPECT_FALSE(events[2].event_hash);
}

TEST(Items, ListByHolderAndByPrefix) {
  Market market;
  const auto bag = market.commission(kBag, "shop");
  market.seal();
  market.commission(kShoe, "shop");
  market.seal();
  ViewsOver over(market);
  const auto keys = [&](auto&& query) {
    std::vector<std::string> out;
    const auto rows = all_pages(1, query);
    for (const auto& row : rows) out.push_back(row.entry.gs1_key);
    return out;
  };
  const auto of = [&](std::string_view name) {
    return keys([&](const PageRequest& request) {
      return list_items_of(over.look(), account_of(name), request);
    });
  };
  const auto with = [&](std::string_view prefix) {
    return keys([&](const PageRequest& request) {
      return list_items_with_prefix(over.look(), prefix, request);
    });
  };
  EXPECT_EQ(of("shop"), (std::vector{kBag, kShoe}));
  EXPECT_EQ(with(kPrefix), (std::vector{kBag, kShoe}));
  EXPECT_TRUE(with("9506").empty());
  EXPECT_TRUE(with(std::string(5'000, '9')).empty());

  market.settle({"shop"}, {bag}, {contracts::Item{kBag, lock_of("bob")}},
                contracts::ItemTransfer{hash_of("gift")});
  market.seal();
  EXPECT_EQ(of("shop"), std::vector{kShoe});
  EXPECT_EQ(of("bob"), std::vector{kBag});
}

TEST(Items, ClaimsAreKeptApartFromFacts) {
  Market market;
  market.commission(kBag, "shop");
  market.settle({"bob"}, {}, {},
                contracts::ItemClaim{key_of("bob"), hash_of("saw it"), {kBag, kShoe}});
  market.seal();
  ViewsOver over(market);
  const auto snapshot = over.look();
  EXPECT_EQ(history(snapshot).size(), 1u);
  const auto claims = list_item_claims(snapshot, kBagId, {});
  ASSERT_EQ(claims->rows.size(), 1u);
  EXPECT_EQ(claims->rows[0].actor, key_of("bob"));
  EXPECT_EQ(claims->rows[0].event_hash, hash_of("saw it"));
  EXPECT_EQ((*find_item(snapshot, kBag))->claims_count, 1u);
  EXPECT_FALSE(*find_item(snapshot, kShoe));  // Claimed, but not there.
  EXPECT_EQ(list_item_claims(snapshot, contracts::item_id(kShoe), {})->rows.size(), 1u);
}

TEST(Items, VerdictsChallengesAndTheEndAreHistory) {
  Market market;
  market.quorum(contracts::Accredit{key_of("appraiser"), contracts::Role::appraiser, {}, 0});
  const auto bag = market.commission(kBag, "shop");
  market.settle({"appraiser"}, {}, {},
                contracts::ItemAttest{kBag, key_of("appraiser"), contracts::Verdict::genuine, 9'000,
                                      hash_of("method"), hash_of("photos")});
  market.settle({"bob"}, {}, {},
                contracts::ItemChallenge{kBag, key_of("bob"), hash_of("doubt"), false});
  market.settle({"brand"}, {}, {},
                contracts::ItemObserve{.gs1_keys = {kBag},
                                       .event_hash = hash_of("seen"),
                                       .disposition = {},
                                       .custodian = {},
                                       .container = {},
                                       .place = {}});
  market.settle({"shop"}, {bag}, {}, contracts::ItemDecommission{hash_of("broken")});
  market.seal();
  ViewsOver over(market);
  const auto snapshot = over.look();
  const auto events = history(snapshot);
  ASSERT_EQ(events.size(), 5u);
  EXPECT_EQ(events[1].actor, key_of("appraiser"));
  EXPECT_EQ(events[1].event_hash, hash_of("photos"));
  EXPECT_EQ(events[2].actor, key_of("bob"));
  EXPECT_EQ(events[3].event_hash, hash_of("seen"));
  EXPECT_EQ(events[4].event_hash, hash_of("broken"));
  const auto view = *find_item(snapshot, kBag);
  EXPECT_FALSE(view->place);
  EXPECT_EQ(view->entry.status, contracts::ItemStatus::decommissioned);
}

}  // namespace
}  // namespace tally::views
