#include "views/accounts.hpp"

#include "chain.hpp"

namespace tally::views {
namespace {

std::vector<contracts::OutputNumber> numbers(const Snapshot& snapshot, std::string_view owner,
                                             const OutputFilter& filter = {}) {
  std::vector<contracts::OutputNumber> out;
  for (const auto& row : all_pages(2, [&](const PageRequest& request) {
         return list_outputs(snapshot, account_of(owner), filter, request);
       })) {
    EXPECT_FALSE(row.spending);
    out.push_back(row.number);
  }
  return out;
}

TEST(Accounts, KeepEveryOutputAndWhoSpentIt) {
  Market market;
  const auto coins = market.issue("alice", {50, 60});
  const auto issued_at = market.seal();
  const auto payment = market.pay("alice", coins, "bob", 20);
  const auto spent_at = market.seal();
  ViewsOver over(market);
  const auto snapshot = over.look();

  const auto spent = *find_output(snapshot, coins);
  ASSERT_TRUE(spent);
  EXPECT_EQ(spent->stored.output, market.outputs[coins]);
  EXPECT_EQ(spent->stored.outpoint, market.outpoint(coins));
  EXPECT_EQ(spent->height, issued_at);
  ASSERT_TRUE(spent->spending);
  EXPECT_EQ(spent->spending->txid, payment.txid);
  EXPECT_EQ(spent->spending->height, spent_at);
  EXPECT_EQ((*find_spending(snapshot, coins))->txid, payment.txid);

  EXPECT_FALSE((*find_output(snapshot, coins + 1))->spending);
  EXPECT_FALSE(*find_spending(snapshot, coins + 1));
  EXPECT_FALSE(*find_output(snapshot, market.outputs.size()));
}

TEST(Accounts, ListLiveOutputsByKindAssetAndNumber) {
  Market market;
  const auto coins = market.issue("shop", {1, 2, 3, 4, 5});
  const auto bag = market.commission(kBag, "shop");
  market.seal();
  market.pay("shop", coins + 1, "bob", 2);
  market.seal();
  ViewsOver over(market);
  const auto snapshot = over.look();
  EXPECT_EQ(numbers(snapshot, "shop"), (std::vector{coins, coins + 2, coins + 3, coins + 4, bag}));
  EXPECT_EQ(numbers(snapshot, "shop", {.kind = OutputKind::item}), std::vector{bag});
  EXPECT_EQ(numbers(snapshot, "shop", {.asset = market.euro}),
            (std::vector{coins, coins + 2, coins + 3, coins + 4}));
  EXPECT_TRUE(numbers(snapshot, "shop", {.asset = contracts::AssetId{hash_of("other")}}).empty());
  EXPECT_TRUE(numbers(snapshot, "stranger").empty());
}

TEST(Accounts, PagesArePinned) {
  Market market;
  const auto coins = market.issue("alice", {1, 2, 3});
  market.seal();
  ViewsOver over(market);
  const OutputFilter filter{.asset = market.euro};
  const auto page =
      list_outputs(over.look(), account_of("alice"), filter, {.limit = 1, .cursor = {}});
  ASSERT_TRUE(page);
  EXPECT_EQ(page->height, 2u);
  market.issue("alice", {4});
  market.pay("alice", coins + 1, "bob", 2);
  market.seal();
  const auto rest = list_outputs(over.look(), account_of("alice"), filter,
                                 {.limit = 10, .cursor = page->next_cursor});
  ASSERT_TRUE(rest);
  EXPECT_EQ(rest->height, 2u);
  ASSERT_EQ(rest->rows.size(), 1u);  // Not the spent one, nor the one that came after.
  EXPECT_EQ(rest->rows[0].number, coins + 2);
  EXPECT_TRUE(rest->next_cursor.empty());
}

TEST(Accounts, BalancesAreTheSumsOfLiveCoins) {
  Market market;
  market.sell(kBag, "alice", 100);
  const auto coins = market.issue("alice", {50, 60, 5});
  market.seal();
  market.pay("alice", coins, "bob", 20);
  market.seal();
  ViewsOver over(market);
  const auto snapshot = over.look();
  std::map<std::string_view, std::uint64_t> expected{
      {"alice", 95}, {"bob", 20}, {"shop", 100}, {"nobody", 0}};
  for (const auto& [name, amount] : expected) {
    const auto balance = *find_balance(snapshot, account_of(name), market.euro);
    EXPECT_EQ(balance.amount, amount) << name;
    EXPECT_EQ(balance.escrow, 0u) << name;
    EXPECT_EQ(balance.coins, numbers(snapshot, name, {.asset = market.euro}).size()) << name;
  }
  EXPECT_EQ(*count_holders(snapshot, market.euro), 3u);
  const auto list = list_balances(snapshot, account_of("alice"), {});
  ASSERT_EQ(list->rows.size(), 1u);
  EXPECT_EQ(list->rows[0].amount, 95u);
}

TEST(Accounts, MoneyInAnOrderIsItsPayersEscrow) {
  Market market;
  auto terms = market.terms(kBag, 100);
  const auto item = market.commission(kBag, "shop");
  const auto coins = market.issue("alice", {130});
  market.seal();
  const auto id = market.offer(terms, item);
  market.fund(id, "alice", coins, 110);
  market.seal();
  ViewsOver over(market);
  {
    const auto balance = *find_balance(over.look(), account_of("alice"), market.euro);
    EXPECT_EQ(balance.amount, 20u);
    EXPECT_EQ(balance.coins, 1u);
    EXPECT_EQ(balance.escrow, 110u);
  }
  market.refund(id, {"shop"});
  market.seal();
  const auto balance = *find_balance(over.look(), account_of("alice"), market.euro);
  EXPECT_EQ(balance.amount, 130u);
  EXPECT_EQ(balance.escrow, 0u);
}

}  // namespace
}  // namespace tally::views
