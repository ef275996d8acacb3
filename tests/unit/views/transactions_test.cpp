#include "views/transactions.hpp"

#include "chain.hpp"

namespace tally::views {
namespace {

TEST(Transactions, AreFoundWithTheirBodies) {
  Market market;
  const auto coins = market.issue("alice", {50});
  market.seal();
  market.reject(contracts::Txid{hash_of("no")}, {contracts::ErrorCode::already_spent, 3, 7});
  const auto payment = market.pay("alice", coins, "bob", 20);
  const auto height = market.seal();
  ViewsOver over(market);
  const auto snapshot = over.look();

  const auto place = *find_transaction(snapshot, payment.txid);
  ASSERT_TRUE(place);
  EXPECT_EQ(place->height, height);
  EXPECT_EQ(place->position, 1u);
  EXPECT_EQ(place->time_ms, market.blocks[height]->header.time_ms);
  EXPECT_EQ(place->first_output_number, payment.first);
  EXPECT_FALSE(place->error);

  const auto read = *read_transaction(snapshot, payment.txid);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->transaction.signers, std::vector{key_of("alice")});
  EXPECT_EQ(read->commands, std::vector<std::string_view>{"asset_transfer"});
  EXPECT_EQ(read->header.height, height);
  EXPECT_EQ(contracts::txid(contracts::NetworkId{}, read->record.body), payment.txid);

  const auto settled = *find_settled(snapshot, payment.txid);
  ASSERT_TRUE(settled);
  EXPECT_EQ(settled->kind, ledger::Outcome::Kind::settled);
  EXPECT_EQ(settled->height, height);
  EXPECT_EQ(settled->first_output_number, payment.first);
  EXPECT_TRUE(settled->remembered);
}

TEST(Transactions, RejectedOnesKeepTheirError) {
  Market market;
  const contracts::Txid no{hash_of("no")};
  const contracts::Error error{contracts::ErrorCode::already_spent, 3, 7};
  market.reject(no, error);
  market.seal();
  ViewsOver over(market);
  const auto snapshot = over.look();
  EXPECT_EQ((*find_transaction(snapshot, no))->error, error);
  EXPECT_FALSE(*read_transaction(snapshot, no));
  EXPECT_FALSE(*find_settled(snapshot, no));
  EXPECT_FALSE(*find_transaction(snapshot, contracts::Txid{hash_of("never")}));
}

TEST(Transactions, ARejectionDoesNotHideWhatSettled) {
  Market market;
  const auto coins = market.issue("alice", {50});
  const auto payment = market.pay("alice", coins, "bob", 20);
  market.seal();
  market.reject(payment.txid, {contracts::ErrorCode::already_spent, 0, 0});
  market.seal();
  ViewsOver over(market);
  EXPECT_TRUE(*find_settled(over.look(), payment.txid));
}

TEST(Transactions, AJournalThatHasSomethingElseThereIsAFault) {
  Market market;
  const auto coins = market.issue("alice", {50});
  const auto height = market.seal();
  ViewsOver over(market);
  const auto snapshot = over.look();
  const auto txid = market.outpoint(coins).txid;
  ASSERT_TRUE(*read_transaction(snapshot, txid));
  market.blocks[height] = market.blocks[height - 1];
  const auto read = read_transaction(snapshot, txid);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ledger::FaultCode::journal_corrupt);
}

}  // namespace
}  // namespace tally::views
