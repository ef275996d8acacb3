// The views as a whole: following, batching, rebuilding, faults.
#include "views/views.hpp"

#include "chain.hpp"
#include "storage/lmdb_store.hpp"
#include "storage/scan.hpp"
#include "unit/storage/temporary_directory.hpp"
#include "views/counts.hpp"
#include "views/registry.hpp"
#include "views/tables.hpp"
#include "views/transactions.hpp"

namespace tally::views {
namespace {

// Every row of every table.
std::vector<std::map<Bytes, Bytes>> dump(const Views& views) {
  const auto snapshot = views.snapshot();
  std::vector<std::map<Bytes, Bytes>> tables(table_names().size());
  for (std::uint32_t i = 0; i < tables.size(); ++i) {
    const auto done =
        storage::for_each(snapshot->tables(), storage::Table{i}, {}, storage::Direction::forward,
                          [&](const storage::Entry& entry) {
                            tables[i].emplace(Bytes(entry.key.begin(), entry.key.end()),
                                              Bytes(entry.value.begin(), entry.value.end()));
                            return true;
                          });
    EXPECT_TRUE(done);
  }
  return tables;
}

// A life with everything in it.
void live(Market& market) {
  market.sell(kBag, "alice", 100);
  const auto coins = market.issue("alice", {50, 60});
  const auto item = market.commission(kShoe, "shop");
  market.pay("alice", coins, "bob", 20);
  market.settle({"bob"}, {}, {},
                contracts::ItemClaim{key_of("bob"), hash_of("saw"), {kBag, kShoe}});
  market.settle({"brand"}, {}, {},
                contracts::ItemAssociate{kBag, {kShoe}, {}, hash_of("fixed"), false});
  contracts::AssetDefine promise;
  promise.issuer = key_of("shop");
  promise.kind = contracts::AssetKind::iou;
  promise.symbol = "VOUCHER";
  promise.policies.supply_max = 10;
  promise.terms.emplace();
  promise.terms->promised_hash = contracts::item_id(kShoe).bytes;
  market.settle({"shop"}, {}, {}, promise);
  market.reject(contracts::Txid{hash_of("no")}, {contracts::ErrorCode::already_spent, 0, 7});
  market.seal();
  const auto id = market.offer(market.terms(kShoe, 60), item);
  market.fund(id, "alice", coins + 1, 60);
  market.seal(3 * Market::kStage);
  market.time_out(id);
  market.quorum(contracts::PrefixWithdraw{std::string(kPrefix), hash_of("gone")});
  market.quorum(
      contracts::PrefixRegister{std::string(kPrefix), key_of("heir"), hash_of("inherited")});
  market.seal();
  market.open_panel();
  market.judge_case("alice", "asked", "bags", "shop", contracts::Verdict::fake);
}

TEST(Views, BeginWithGenesisAsBlockZero) {
  const Chain chain;
  const ViewsOver over(chain);
  EXPECT_EQ(over.views->next_height(), 1u);
  const auto snapshot = over.views->snapshot();
  EXPECT_EQ(snapshot->height(), 0u);
  EXPECT_EQ(snapshot->time_ms(), kStartMs);
  const auto network = find_network(*snapshot);
  EXPECT_EQ(network->operators, genesis().operators);
  EXPECT_EQ(network->quorum, 2u);
}

TEST(Views, BatchesSingleBlocksAndRebuildsLeaveTheSameBytes) {
  Market market;
  live(market);
  ViewsOver single(market);
  ViewsOver batch(market);
  for (std::size_t i = 1; i < market.blocks.size(); ++i) {
    ASSERT_TRUE(single.views->apply(std::span(market.blocks).subspan(i, 1)));
  }
  batch.look();
  const auto expected = dump(*single.views);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_FALSE(expected[i].empty() && table_names()[i] != "clusters") << table_names()[i];
  }
  EXPECT_EQ(expected, dump(*batch.views));

  std::uint64_t told = 0;
  const auto tip = market.blocks.size() - 1;
  ASSERT_TRUE(batch.views->rebuild(tip, [&](std::uint64_t height) {
    told = height;
    return true;
  }));
  EXPECT_EQ(told, tip);
  EXPECT_EQ(expected, dump(*batch.views));
}

TEST(Views, AreTheSameOnADisk) {
  Market market;
  live(market);
  ViewsOver memory(market);
  memory.look();
  const test::TemporaryDirectory directory;
  const ManualClock clock{kStartMs};
  auto options = Views::store_options(contracts::NetworkId{});
  options.create = true;
  auto store = storage::open_lmdb_store(directory.path() / "views", clock, options);
  ASSERT_TRUE(store);
  auto views = Views::open(std::move(*store), genesis(), market.source());
  ASSERT_TRUE(views);
  ASSERT_TRUE((*views)->rebuild(market.blocks.size() - 1));
  EXPECT_EQ(dump(*memory.views), dump(**views));
}

TEST(Views, GoOnAfterARestart) {
  Market market;
  ViewsOver over(market);
  over.look();
  over.open();
  EXPECT_EQ(over.views->next_height(), 2u);
  live(market);
  EXPECT_EQ(over.look().height(), market.blocks.size() - 1);
  ViewsOver fresh(market);
  fresh.look();
  EXPECT_EQ(dump(*over.views), dump(*fresh.views));
}

TEST(Views, PassOverWhatTheyHave) {
  Market market;
  live(market);
  ViewsOver over(market);
  over.look();
  const auto before = dump(*over.views);
  ASSERT_TRUE(over.views->apply(std::span(market.blocks).subspan(1)));
  EXPECT_EQ(before, dump(*over.views));
}

TEST(Views, AViewOfAnotherFormatBeginsAnewBesideTheOthers) {
  Market market;
  live(market);
  ViewsOver over(market);
  over.look();
  const auto expected = dump(*over.views);
  for (const std::string_view name : {"accounts", "orders", "reputation"}) {
    over.views.reset();
    {
      auto options = Views::store_options(contracts::NetworkId{});
      const ManualClock clock{kStartMs};
      auto store = std::move(*storage::open_memory_store(over.disk, clock, options));
      auto write = std::move(*store->begin_write());
      Bytes record(28, 0);  // Format 0, of a program that never was.
      ASSERT_TRUE(write->put(kProgressTable, as_bytes(name), record));
      ASSERT_TRUE(write->commit());
    }
    over.open();
    EXPECT_EQ(over.views->next_height(), 1u);
    EXPECT_EQ(over.views->snapshot()->height(), 0u);
    for (const auto& status : over.views->status()) {
      EXPECT_EQ(status.height, status.name == name ? 0 : market.blocks.size() - 1) << status.name;
    }
    over.look();
    EXPECT_EQ(expected, dump(*over.views)) << name;
  }
}

TEST(Views, AFailedCommitChangesNothingAndCanBeRepeated) {
  Market market;
  ViewsOver over(market);
  const auto before = dump(*over.views);
  over.disk.set_commit_fault([] { return storage::CommitFault{storage::Error::disk_full, false}; });
  const auto done = over.views->apply(std::span(market.blocks).subspan(1));
  EXPECT_EQ(done.error().storage, storage::Error::disk_full);
  EXPECT_EQ(over.views->next_height(), 1u);
  EXPECT_EQ(before, dump(*over.views));
  over.disk.set_commit_fault({});
  EXPECT_EQ(over.look().height(), 1u);
}

TEST(Views, AFullMapIsTriedAgainWithMoreRoom) {
  Market market;
  ViewsOver over(market);
  int failures = 2;
  over.disk.set_commit_fault([&]() -> std::optional<storage::CommitFault> {
    if (failures-- <= 0) return std::nullopt;
    return storage::CommitFault{storage::Error::map_full, false};
  });
  EXPECT_EQ(over.look().height(), 1u);
}

TEST(Views, ABlockThatCannotBeReadIsAFaultAndLeavesNothing) {
  Market market;
  ViewsOver over(market);
  over.look();
  const auto before = dump(*over.views);
  auto spends_nothing = market.begin({"alice"}, {}, {});
  spends_nothing.inputs.push_back({.number = 99, .outpoint = {}, .preimage = {}});
  auto claims_beyond = market.begin({"alice"}, {}, {});
  claims_beyond.commands.push_back(
      {.inputs = {3}, .outputs = {}, .body = contracts::AssetTransfer{}});
  for (const auto& body :
       {Bytes{0xff}, codec::encode_body(spends_nothing), codec::encode_body(claims_beyond)}) {
    codec::Block block;
    block.header.height = over.views->next_height();
    block.outcomes.push_back(codec::SettledRecord{body, {}, {}});
    const std::vector blocks{std::make_shared<const codec::Block>(block)};
    const auto done = over.views->apply(blocks);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ledger::FaultCode::journal_corrupt);
    EXPECT_EQ(before, dump(*over.views));
  }
}

TEST(Views, WaitForSaysWhetherAHeightIsReached) {
  Market market;
  ViewsOver over(market);
  EXPECT_TRUE(over.views->wait_for(0, std::chrono::milliseconds(0)));
  EXPECT_FALSE(over.views->wait_for(1, std::chrono::milliseconds(0)));
  over.look();
  EXPECT_TRUE(over.views->wait_for(1, std::chrono::milliseconds(0)));
}

TEST(Views, CountEverything) {
  Market market;
  live(market);
  ViewsOver over(market);
  const auto counts = count_all(over.look());
  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->outputs, market.outputs.size());
  EXPECT_EQ(counts->rejected, 1u);
  std::uint64_t settled = 0;
  for (const auto& block : market.blocks) settled += block->header.settled_count;
  EXPECT_EQ(counts->settled, settled);
  const auto entries = [&](contracts::RegistryKind kind) {
    const auto at = std::ranges::find(contracts::kEntryKinds, kind);
    return counts->entries[static_cast<std::size_t>(at - contracts::kEntryKinds.begin())];
  };
  EXPECT_EQ(entries(contracts::RegistryKind::network), 1u);
  EXPECT_EQ(entries(contracts::RegistryKind::member), 8u);  // Two operators and six people.
  EXPECT_EQ(entries(contracts::RegistryKind::item), 2u);
  EXPECT_EQ(entries(contracts::RegistryKind::order), 2u);
  EXPECT_EQ(entries(contracts::RegistryKind::authentication_case), 1u);
  EXPECT_EQ(entries(contracts::RegistryKind::panel), 1u);
  ASSERT_EQ(counts->orders.size(), 2u);
  EXPECT_EQ(counts->orders[0].state, contracts::OrderState::released);
  EXPECT_EQ(counts->orders[1].state, contracts::OrderState::refunded);
  for (const auto& [command, count] : counts->commands) {
    if (command == contracts::OrderOffer::kNumber) {
      EXPECT_EQ(count, 2u);
    }
    if (command == contracts::ItemClaim::kNumber) {
      EXPECT_EQ(count, 1u);
    }
  }
}

}  // namespace
}  // namespace tally::views
