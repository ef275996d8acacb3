// tally-replay: what it verifies, what it rebuilds, and that it finds what was changed behind the
// node's back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <map>

#include "integration/conversation.hpp"
#include "integration/node_process.hpp"
#include "integration/sale.hpp"
#include "ledger/state_tables.hpp"
#include "storage/lmdb_store.hpp"
#include "storage/scan.hpp"
#include "views/views.hpp"

namespace tally::test {
namespace {

using testing::HasSubstr;
using Rows = std::map<Bytes, Bytes>;

std::unique_ptr<storage::Store> open_store(const std::filesystem::path& directory,
                                           storage::Options options) {
  static const SystemClock clock;
  auto store = storage::open_lmdb_store(directory, clock, options);
  EXPECT_TRUE(store) << storage::name(store.error());
  return store ? std::move(*store) : nullptr;
}

// Every row of every table of a store.
std::vector<Rows> dump(const std::filesystem::path& directory, const storage::Options& options) {
  const auto store = open_store(directory, options);
  const auto read = store->begin_read();
  std::vector<Rows> out(options.tables.size());
  for (std::uint32_t i = 0; i < out.size(); ++i) {
    const auto done = storage::for_each(
        **read, storage::Table{i}, {}, storage::Direction::forward, [&](const auto& entry) {
          out[i].emplace(Bytes(entry.key.begin(), entry.key.end()),
                         Bytes(entry.value.begin(), entry.value.end()));
          return true;
        });
    EXPECT_TRUE(done);
  }
  return out;
}

class Replay : public testing::Test {
 protected:
  // A node that has seen a sale, a rejection and a keyed payment, and was stopped.
  void SetUp() override {
    NodeProcess node(data_.path());
    ASSERT_TRUE(node.start());
    Conversation client(node.url());
    found(client, {"ana", "bo", "shop", "buyer"});
    const auto coins = settled(
        client.settle(client.timely(issue({coin(10, "ana"), coin(10, "ana"), coin(30, "buyer")}))));
    auto make = client.draft({"brand"});
    make.make(contracts::Item{bag("ONE"), contracts::KeyLock{key("shop")}});
    const auto item = settled(client.settle(
        make.command(contracts::ItemCommission{std::string(kPrefix), hash_of("made"), {}})));
    Sale sale(bag("ONE"), item, 0, coins, 2, 30);
    while (!sale.done()) sale.advance(settled(client.submit(sale.next(client.time_ms()))));
    paid_ = pay(client, coins, 0, "bo").keyed("invoice");
    settled_ = client.settle(*paid_).text("height");
    EXPECT_EQ(client.submit(pay(client, coins, 0, "shop")).code(), "already_spent");
    height_ = client.height();
    ASSERT_EQ(node.stop().code, 0);
  }
  static Draft pay(Conversation& client, const Settled& coins, std::uint32_t index,
                   std::string_view to) {
    auto out = client.draft({"ana"});
    return spend(out, coins, index).make(coin(10, to)).command(contracts::AssetTransfer{});
  }

  [[nodiscard]] Exit replay(std::vector<std::string> arguments) const {
    for (const auto& word : {std::string("--dev"), std::string("--json"), std::string("--data"),
                             data_.path().string()}) {
      arguments.push_back(word);
    }
    return run_program("tally-replay", arguments);
  }
  [[nodiscard]] boost::json::object report(std::vector<std::string> arguments) const {
    const auto exit = replay(std::move(arguments));
    EXPECT_EQ(exit.code, 0) << exit.errors;
    boost::json::error_code error;
    auto value = boost::json::parse(exit.output, error);
    EXPECT_FALSE(error) << exit.output;
    return error ? boost::json::object{} : value.as_object();
  }
  // The node starts on what is there and still knows the payment, whichever way it is asked.
  void expect_alive() const {
    NodeProcess node(data_.path());
    ASSERT_TRUE(node.start());
    Conversation client(node.url());
    const auto again = client.submit(*paid_);
    EXPECT_TRUE(again.settled()) << again.body;
    EXPECT_EQ(again.text("height"), settled_);
    EXPECT_EQ(node.stop().code, 0);
  }

  TemporaryDirectory data_;
  std::optional<Draft> paid_;
  std::string settled_;
  std::uint64_t height_ = 0;
};

TEST_F(Replay, VerifiesAndReportsWhatIsThere) {
  const auto out = report({"--verify"});
  for (const auto* zero :
       {"spent_twice", "settled_twice", "sold_unverified", "broken_chain", "supply_mismatch"}) {
    EXPECT_EQ(out.at(zero).to_number<int>(), 0) << zero;
  }
  EXPECT_EQ(out.at("verified"), true);
  EXPECT_EQ(out.at("settled").to_number<int>(), 11);
  EXPECT_EQ(out.at("rejected").to_number<int>(), 1);
  EXPECT_EQ(out.at("height").to_number<std::uint64_t>(), height_);
  EXPECT_EQ(out.at("checkpoint").to_number<std::uint64_t>(), height_);
  EXPECT_EQ(out.at("signatures").to_number<int>(), 13);  // two operators sign twice
  EXPECT_GT(out.at("state_entries_compared").to_number<int>(), 10);
  // Without looking at signatures it comes to the same.
  const auto quick = report({"--verify", "--without-signatures"});
  EXPECT_EQ(quick.at("signatures").to_number<int>(), 0);
  EXPECT_EQ(quick.at("tip"), out.at("tip"));
  EXPECT_EQ(quick.at("registry_digest"), out.at("registry_digest"));
}

TEST_F(Replay, RebuildsTheViewsToTheSameRows) {
  const auto options = views::Views::store_options(network());
  const auto before = dump(data_ / "views", options);
  EXPECT_EQ(report({"--rebuild-views"}).at("views_rebuilt_to").to_number<std::uint64_t>(), height_);
  EXPECT_EQ(dump(data_ / "views", options), before);
  std::filesystem::remove_all(data_ / "views");
  EXPECT_EQ(report({"--rebuild-views"}).at("views_rebuilt_to").to_number<std::uint64_t>(), height_);
  EXPECT_EQ(dump(data_ / "views", options), before);
  expect_alive();
}

TEST_F(Replay, RebuildsTheStateToTheSameState) {
  EXPECT_EQ(report({"--rebuild-state"}).at("state_rebuilt"), true);
  const auto out = report({"--verify"});
  EXPECT_EQ(out.at("checkpoint").to_number<std::uint64_t>(), height_);
  EXPECT_GT(out.at("state_entries_compared").to_number<int>(), 10);
  expect_alive();
}

// A settled payment is known through the views; a node that has lost them builds them before it
// answers.
TEST_F(Replay, ANodeWithoutViewsKnowsWhatHasSettled) {
  std::filesystem::remove_all(data_ / "views");
  expect_alive();
}

TEST_F(Replay, FindsAStateThatWasChanged) {
  // One registry entry is replaced by another's bytes, with a checksum that matches.
  {
    const auto store = open_store(data_ / "state", ledger::state_store_options(network()));
    auto write = store->begin_write();
    ASSERT_TRUE(write);
    std::vector<std::pair<Bytes, Bytes>> members;
    const auto done = storage::for_each(
        **write, ledger::kRegistryTable, {}, storage::Direction::forward, [&](const auto& entry) {
          if (entry.key[0] == static_cast<std::uint8_t>(contracts::RegistryKind::member)) {
            members.emplace_back(Bytes(entry.key.begin(), entry.key.end()),
                                 Bytes(entry.value.begin(), entry.value.end()));
          }
          return true;
        });
    ASSERT_TRUE(done);
    ASSERT_GE(members.size(), 2u);
    ASSERT_TRUE((*write)->put(ledger::kRegistryTable, members[0].first, members[1].second));
    ASSERT_TRUE((*write)->commit());
  }
  const auto exit = replay({"--verify"});
  EXPECT_EQ(exit.code, 1);
  EXPECT_THAT(exit.errors, HasSubstr("--rebuild-state"));
  EXPECT_THAT(exit.errors, HasSubstr("registry"));
  EXPECT_EQ(report({"--rebuild-state"}).at("state_rebuilt"), true);
  EXPECT_EQ(report({"--verify"}).at("verified"), true);
  expect_alive();
}

TEST_F(Replay, SaysWhatItCannotDo) {
  EXPECT_EQ(replay({}).code, 2);
  const auto other = run_program("tally-replay", {"--verify", "--data", data_.path().string()});
  EXPECT_EQ(other.code, 1);
  EXPECT_THAT(other.errors, HasSubstr("genesis"));
  const auto nowhere =
      run_program("tally-replay", {"--verify", "--dev", "--data", (data_ / "no").string()});
  EXPECT_EQ(nowhere.code, 1);
  EXPECT_THAT(nowhere.errors, HasSubstr("not_found"));
  EXPECT_FALSE(std::filesystem::exists(data_ / "replay.tmp"));
}

}  // namespace
}  // namespace tally::test
