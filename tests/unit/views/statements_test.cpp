#include "views/statements.hpp"

#include "chain.hpp"

namespace tally::views {
namespace {

class StatementsTest : public testing::Test {
 protected:
  StatementsTest() {
    const auto coins = market.issue("alice", {50, 60});
    issued = market.seal();
    market.pay("alice", coins, "bob", 20);
    paid = market.seal();
    const auto item = market.commission(kBag, "shop");
    order = market.offer(market.terms(kBag, 40), item);
    market.fund(order, "alice", coins + 1, 40);
    funded = market.seal();
  }
  Statement read(std::string_view name, const StatementRange& range = {},
                 const PageRequest& request = {}) {
    auto statement = read_statement(over.look(), account_of(name), range, request);
    EXPECT_TRUE(statement);
    return std::move(*statement);
  }

  Market market;
  ViewsOver over{market};
  contracts::OrderId order;
  std::uint64_t issued = 0, paid = 0, funded = 0;
};

TEST_F(StatementsTest, TellsEveryMovementWithItsCounterpartyAndBalance) {
  const auto statement = read("alice");
  ASSERT_EQ(statement.movements.rows.size(), 3u);
  const auto& [in, out, escrow] = std::tie(statement.movements.rows[0], statement.movements.rows[1],
                                           statement.movements.rows[2]);
  EXPECT_EQ(in.amount, 110);
  EXPECT_EQ(in.balance, 110u);
  EXPECT_EQ(in.height, issued);
  EXPECT_EQ(in.command, contracts::AssetIssue::kNumber);
  EXPECT_FALSE(in.counterparty);
  EXPECT_EQ(out.amount, -20);  // Net of the change.
  EXPECT_EQ(out.balance, 90u);
  EXPECT_EQ(out.counterparty, account_of("bob"));
  EXPECT_FALSE(out.order);
  EXPECT_EQ(out.time_ms, market.blocks[paid]->header.time_ms);
  EXPECT_EQ(escrow.amount, -40);
  EXPECT_EQ(escrow.balance, 50u);
  EXPECT_EQ(escrow.counterparty, account_of("shop"));
  EXPECT_EQ(escrow.order, order);
  EXPECT_EQ(escrow.command, contracts::OrderFund::kNumber);
  EXPECT_EQ(statement.opening[0].amount, 0u);
  EXPECT_EQ(statement.closing[0].amount, 50u);

  const auto bobs = read("bob");
  ASSERT_EQ(bobs.movements.rows.size(), 1u);
  EXPECT_EQ(bobs.movements.rows[0].amount, 20);
  EXPECT_EQ(bobs.movements.rows[0].counterparty, account_of("alice"));
}

TEST_F(StatementsTest, OpensAndClosesAtAnyHeights) {
  for (const auto& asset : {std::optional<contracts::AssetId>{}, std::optional(market.euro)}) {
    for (std::uint64_t from = 0; from <= funded + 2; ++from) {
      for (std::uint64_t to = 0; to <= funded + 2; ++to) {
        const auto statement = read("alice", {asset, from, to});
        ASSERT_EQ(statement.opening.size(), 1u);
        auto balance = static_cast<std::int64_t>(statement.opening[0].amount);
        for (const auto& movement : statement.movements.rows) {
          EXPECT_TRUE(from <= movement.height && movement.height <= to);
          balance += movement.amount;
          EXPECT_EQ(movement.balance, static_cast<std::uint64_t>(balance));
        }
        EXPECT_EQ(statement.closing[0].amount, static_cast<std::uint64_t>(balance))
            << from << ' ' << to;
      }
    }
  }
}

TEST_F(StatementsTest, PagesHaveEachMovementOnce) {
  for (const auto& asset : {std::optional<contracts::AssetId>{}, std::optional(market.euro)}) {
    PageRequest request{.limit = 1, .cursor = {}};
    std::vector<std::int64_t> amounts;
    do {
      auto page = read("alice", {asset}, request).movements;
      for (const auto& movement : page.rows) amounts.push_back(movement.amount);
      request.cursor = page.next_cursor;
      market.issue("alice", {1});  // After the page's height: not in it.
      market.seal();
    } while (!request.cursor.empty());
    EXPECT_EQ(std::vector(amounts.begin(), amounts.begin() + 3),
              (std::vector<std::int64_t>{110, -20, -40}));
    EXPECT_EQ(amounts.size(), asset ? 6u : 3u);  // The second round sees what the first issued.
  }
}

TEST_F(StatementsTest, BalancesAtAnyHeight) {
  const auto snapshot = over.look();
  const std::vector<std::pair<std::uint64_t, std::uint64_t>> expected{
      {0, 0}, {issued - 1, 0}, {issued, 110}, {paid, 90}, {funded, 50}, {UINT64_MAX, 50}};
  for (const auto& [height, amount] : expected) {
    EXPECT_EQ(*balance_at(snapshot, account_of("alice"), market.euro, height), amount) << height;
  }
}

TEST_F(StatementsTest, OfASeveralSidedTransferNamesNoSingleCounterparty) {
  const auto coins = market.issue("carol", {10});
  market.seal();
  market.settle({"carol"}, {coins}, {market.coin("bob", 4), market.coin("shop", 6)},
                contracts::AssetTransfer{});
  market.seal();
  EXPECT_FALSE(read("carol").movements.rows.back().counterparty);
  EXPECT_EQ(read("shop").movements.rows.back().counterparty, account_of("carol"));
}

}  // namespace
}  // namespace tally::views
