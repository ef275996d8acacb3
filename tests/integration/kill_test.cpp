// kill -9 under load, again and again: what was acknowledged is there as it was acknowledged, what
// was not gets its one final answer when the same bytes are sent again, nothing is there twice, and
// the journal gives the same state when it is executed again. Modelled after Bitcoin Core's
// feature_dbcrash.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <map>
#include <random>
#include <thread>

#include "integration/conversation.hpp"
#include "integration/node_process.hpp"
#include "integration/sale.hpp"

namespace tally::test {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;

constexpr int kLoadKills = 14;
constexpr int kRecoveryKills = 6;  // of a node that is still reading its journal
constexpr std::size_t kClients = 4;
constexpr std::size_t kOperationsPerClient = 300;
constexpr std::size_t kCoinsPerIssue = 1'000;
constexpr std::size_t kWindow = 32;  // requests in flight on one connection
constexpr std::uint64_t kAmount = 10;

const std::vector<std::string_view> kPayers{"payer-0", "payer-1", "payer-2", "payer-3"};

// One signed transaction and what became of it, as far as the client knows.
struct Operation {
  codec::SignedTransaction bytes;
  std::string txid;
  std::size_t group = 0;  // of several that exclude each other; 0: none
  bool acknowledged = false;
  bool settled = false;
  std::string code;  // of a rejection or refusal
  std::uint64_t height = 0;
  std::uint64_t first_output_number = 0;
};

// Signs operations: mostly payments, some with keys, some that exclude each other, some without
// inputs.
class Workload {
 public:
  void add_coins(const Settled& issued, std::size_t count) {
    for (std::uint32_t i = 0; i < count; ++i) coins_.emplace_back(issued, i);
  }
  void set_time(std::uint64_t now_ms) { now_ms_ = now_ms; }

  std::vector<std::vector<Operation>> make(std::size_t clients, std::size_t each) {
    std::vector<std::vector<Operation>> out(clients);
    for (std::size_t i = 0; i < each; ++i) {
      for (std::size_t c = 0; c < clients; ++c) {
        if (out[c].size() >= each) continue;
        const auto rival = (c + 1) % clients;
        switch (count_++ % 16) {
          case 3:
            add(out[c], payment(c).keyed(unique("key")));
            break;
          case 7:
            add_double_spend(out[c], out[rival], c);
            break;
          case 9:
            add_key_twice(out[c], out[rival], c);
            break;
          case 11:
            add(out[c], issue_more());
            break;
          case 13:
            add(out[c], admit_somebody());
            break;
          default:
            add(out[c], payment(c));
            break;
        }
      }
    }
    return out;
  }

 private:
  std::string unique(std::string_view what) {
    return std::string(what) + "-" + std::to_string(count_) + "-" + std::to_string(serial_++);
  }
  std::pair<Settled, std::uint32_t> take_coin() {
    const auto coin = coins_.back();
    coins_.pop_back();
    return coin;
  }
  static std::string_view payer(std::size_t client) { return kPayers[client]; }

  Draft pay(std::string_view from, const std::pair<Settled, std::uint32_t>& coin,
            std::string_view to) {
    Draft draft({from}, now_ms_);
    spend(draft, coin.first, coin.second);
    draft.make(test::coin(kAmount - 3, to)).make(test::coin(3, from));
    return draft.command(contracts::AssetTransfer{});
  }
  // Coins belong to payer-0; the others are paid.
  Draft payment(std::size_t client) {
    return pay("payer-0", take_coin(), payer(client == 0 ? 1 : client));
  }
  Draft issue_more() {
    auto draft = issue({test::coin(1, "payer-1")});
    draft.tx.valid_until_ms = now_ms_ + contracts::kValidityMsDefault;
    draft.tx.note_hash = hash_of(unique("issue"));
    return draft;
  }
  Draft admit_somebody() {
    contracts::MemberAdmit admit;
    admit.keys.push_back(key(unique("somebody")));
    return Draft({"operator-1", "operator-2"}, now_ms_).command(std::move(admit));
  }
  void add(std::vector<Operation>& list, const Draft& draft, std::size_t group = 0) {
    Operation out;
    out.bytes = draft.sign();
    out.txid = contracts::txid(draft.tx.network_id, out.bytes.body).hex();
    out.group = group;
    list.push_back(std::move(out));
  }
  void add_double_spend(std::vector<Operation>& a, std::vector<Operation>& b, std::size_t client) {
    const auto coin = take_coin();
    ++groups_;
    add(a, pay("payer-0", coin, payer(client == 0 ? 2 : client)), groups_);
    add(b, pay("payer-0", coin, "issuer"), groups_);
  }
  void add_key_twice(std::vector<Operation>& a, std::vector<Operation>& b, std::size_t client) {
    const auto name = unique("twice");
    ++groups_;
    add(a, payment(client).keyed(name), groups_);
    add(b, payment(client).keyed(name), groups_);
  }

  std::vector<std::pair<Settled, std::uint32_t>> coins_;
  std::uint64_t now_ms_ = 0;
  std::size_t count_ = 0;
  std::size_t serial_ = 0;
  std::size_t groups_ = 0;
};

// What an answer says; nothing is noted of one that is not final, as of a node that is stopping.
void note(Operation& operation, const Answer& answer) {
  const auto* final_member = answer.json.if_contains("final");
  if (final_member == nullptr || *final_member != true) return;
  operation.acknowledged = true;
  operation.settled = answer.settled();
  operation.code = answer.code();
  operation.height = answer.number("height");
  operation.first_output_number = answer.number("first_output_number");
}

// Sends what has no answer yet, a window at a time, until the node is gone or all have one.
void send_all(const std::string& url, std::vector<Operation>& operations) {
  auto client = client::HttpClient::open(url);
  if (!client) return;
  std::vector<Operation*> open;
  for (auto& operation : operations) {
    if (!operation.acknowledged) open.push_back(&operation);
  }
  for (std::size_t at = 0; at < open.size(); at += kWindow) {
    const auto end = std::min(open.size(), at + kWindow);
    std::string requests;
    for (auto i = at; i < end; ++i) {
      requests += client->encode("POST", "/v1/transactions", "application/x-protobuf",
                                 as_text(codec::encode_signed(open[i]->bytes)));
    }
    if (!client->send(requests)) return;
    for (auto i = at; i < end; ++i) {
      const auto response = client->receive();
      if (!response) return;
      note(*open[i], parse_answer(*response));
    }
  }
}

// How the transaction that a node knows differs from what was acknowledged; empty if it does not.
std::string difference(const Operation& operation, const Answer& answer) {
  if (operation.code == "idempotency_conflict") {  // final, and never journaled
    return answer.code() == "transaction_unknown" ? "" : operation.txid + " was journaled";
  }
  const bool same = answer.status == 200 &&
                    answer.text("outcome") == (operation.settled ? "settled" : "rejected") &&
                    answer.code() == operation.code &&
                    answer.number("height") == operation.height &&
                    answer.number("first_output_number") == operation.first_output_number;
  return same ? "" : operation.txid + ": " + answer.body;
}

// Asks the node for every transaction that was acknowledged, once its views have reached `height`,
// and gives the differences.
std::vector<std::string> differences(const std::string& url,
                                     const std::vector<Operation>& operations,
                                     std::uint64_t height) {
  auto client = client::HttpClient::open(url);
  if (!client) return {"no client"};
  const auto query = "?min_height=" + std::to_string(height);
  std::vector<const Operation*> known;
  for (const auto& operation : operations) {
    if (operation.acknowledged) known.push_back(&operation);
  }
  std::vector<std::string> out;
  for (std::size_t at = 0; at < known.size(); at += kWindow) {
    const auto end = std::min(known.size(), at + kWindow);
    std::string requests;
    for (auto i = at; i < end; ++i) {
      requests += client->encode("GET", "/v1/transactions/" + known[i]->txid + query, "", "");
    }
    if (!client->send(requests)) return {"the node is gone"};
    for (auto i = at; i < end; ++i) {
      const auto response = client->receive();
      if (!response) return {"the node is gone"};
      auto text = difference(*known[i], parse_answer(*response));
      if (!text.empty()) out.push_back(std::move(text));
    }
  }
  return out;
}

// Sells item after item until the node is gone; goes on where it was when there is a node again.
class Shop {
 public:
  Shop(Settled items, Settled coins, std::size_t count)
      : items_(items), coins_(coins), count_(count) {}

  static std::string item(std::size_t i) { return bag("SOLD-" + std::to_string(i)); }
  void set_time(std::uint64_t now_ms) { now_ms_ = now_ms; }

  void run(const std::string& url) {
    auto client = client::HttpClient::open(url);
    while (client && sold_ < count_) {
      if (!sale_) {
        const auto index = static_cast<std::uint32_t>(sold_);
        sale_.emplace(item(sold_), items_, index, coins_, index, kAmount);
      }
      const auto response = client->post("/v1/transactions", "application/x-protobuf",
                                         as_text(codec::encode_signed(sale_->next(now_ms_))));
      if (!response) return;
      const auto answer = parse_answer(*response);
      if (!answer.settled()) {
        const auto code = answer.code();
        EXPECT_TRUE(code == "stopping" || code == "internal_error") << answer.body;
        return;
      }
      sale_->advance(settled(answer));
      ++steps_;
      if (!sale_->done()) continue;
      sale_.reset();
      ++sold_;
    }
  }
  [[nodiscard]] std::size_t sold() const { return sold_; }
  [[nodiscard]] std::size_t steps() const { return steps_; }

 private:
  Settled items_;
  Settled coins_;
  std::size_t count_;
  std::uint64_t now_ms_ = 0;
  std::optional<Sale> sale_;
  std::size_t sold_ = 0;
  std::size_t steps_ = 0;  // that were acknowledged
};

class KillTest : public testing::Test {
 protected:
  static constexpr std::size_t kItems = 400;

  // Members, the asset, coins enough for every cycle, items enough for the shop.
  void prepare() {
    Conversation node(node_.url());
    found(node, {"payer-0", "payer-1", "payer-2", "payer-3", "shop", "buyer"});
    setup_ += 3;
    const auto need = (kLoadKills + 1) * kClients * kOperationsPerClient * 9 / 8;
    for (std::size_t have = 0; have < need; have += kCoinsPerIssue) {
      auto draft = issue(std::vector(kCoinsPerIssue, coin(kAmount, "payer-0")));
      draft.tx.note_hash = hash_of("issue " + std::to_string(have));
      workload_.add_coins(settled(node.settle(node.timely(std::move(draft)))), kCoinsPerIssue);
      ++setup_;
    }
    const auto coins =
        settled(node.settle(node.timely(issue(std::vector(kItems, coin(kAmount, "buyer"))))));
    auto commission = node.draft({"brand"});
    for (std::size_t i = 0; i < kItems; ++i) {
      commission.make(contracts::Item{Shop::item(i), contracts::KeyLock{key("shop")}});
    }
    const auto items = settled(node.settle(
        commission.command(contracts::ItemCommission{std::string(kPrefix), hash_of("made"), {}})));
    setup_ += 2;
    shop_.emplace(items, coins, kItems);
  }

  // Load from every client and the shop, cut off after `delay`; or, without one, run to its end.
  void run_load(std::vector<std::vector<Operation>>& operations,
                std::optional<std::chrono::microseconds> delay) {
    std::vector<std::thread> threads;
    for (auto& list : operations) {
      threads.emplace_back([this, &list] { send_all(node_.url(), list); });
    }
    if (delay) {
      threads.emplace_back([this] { shop_->run(node_.url()); });
      std::this_thread::sleep_for(*delay);
      node_.kill();
    }
    for (auto& thread : threads) thread.join();
  }

  void cycle(std::chrono::microseconds delay, const std::vector<std::chrono::microseconds>& again) {
    {
      Conversation node(node_.url());
      workload_.set_time(node.time_ms());
      shop_->set_time(node.time_ms());
    }
    auto operations = workload_.make(kClients, kOperationsPerClient);
    run_load(operations, delay);
    for (const auto& recovery : again) {  // killed while it recovers
      node_.launch();
      std::this_thread::sleep_for(recovery);
      early_ += node_.process().output().empty();
      node_.kill();
    }
    ASSERT_TRUE(node_.start());
    const auto height = Conversation(node_.url()).height();
    for (const auto& list : operations) {
      for (const auto& operation : list) acknowledged_ += operation.acknowledged;
      EXPECT_THAT(differences(node_.url(), list, height), IsEmpty());
    }
    run_load(operations, std::nullopt);  // the same bytes again
    for (auto& list : operations) {
      for (auto& operation : list) {
        ASSERT_TRUE(operation.acknowledged) << "no final answer to " << operation.txid;
        all_.push_back(std::move(operation));
      }
    }
  }

  TemporaryDirectory data_;
  NodeProcess node_{data_.path()};
  Workload workload_;
  std::optional<Shop> shop_;
  std::vector<Operation> all_;
  std::size_t setup_ = 0;         // transactions that settled before the load
  std::size_t acknowledged_ = 0;  // before a kill
  int early_ = 0;                 // kills of a node that did not listen yet
};

// Of those that exclude each other exactly one has settled, and the others say why not.
void expect_one_of_each_group(const std::vector<Operation>& operations) {
  std::map<std::size_t, int> settled;
  for (const auto& operation : operations) {
    const bool allowed = operation.settled || operation.code == "already_spent" ||
                         operation.code == "idempotency_conflict";
    EXPECT_TRUE(allowed && (operation.settled || operation.group != 0))
        << operation.txid << ' ' << operation.code;
    if (operation.group != 0) settled[operation.group] += operation.settled;
  }
  EXPECT_FALSE(settled.empty());
  for (const auto& [group, count] : settled) EXPECT_EQ(count, 1) << "group " << group;
}

TEST_F(KillTest, TwentyKillsUnderLoadLoseNothingAndDoNothingTwice) {
  constexpr std::uint32_t kSeed = 20'261'122;
  std::mt19937 random(kSeed);
  std::cout << "seed " << kSeed << std::endl;
  const auto within = [&](int us_min, int us_max) {
    return std::chrono::microseconds(std::uniform_int_distribution(us_min, us_max)(random));
  };
  ASSERT_TRUE(node_.start());
  prepare();
  if (HasFailure()) return;
  int recovery_kills = 0;
  for (int i = 0; i < kLoadKills; ++i) {
    std::vector<std::chrono::microseconds> again;
    while (recovery_kills * kLoadKills < kRecoveryKills * (i + 1)) {
      again.push_back(within(500, 60'000));
      ++recovery_kills;
    }
    cycle(within(1'000, 90'000), again);
    if (HasFatalFailure()) FAIL() << "in cycle " << i;
  }
  EXPECT_EQ(recovery_kills, kRecoveryKills);
  EXPECT_GT(acknowledged_, 100u) << "the kills came before any load";
  EXPECT_LT(acknowledged_, all_.size()) << "the kills came after all load";
  std::cout << acknowledged_ << " of " << all_.size() << " were acknowledged before a kill; "
            << early_ << " of " << kRecoveryKills << " kills came during recovery" << std::endl;

  // Whatever the shop was at when the node died for the last time is finished now.
  {
    Conversation node(node_.url());
    shop_->set_time(node.time_ms());
    std::thread selling([&] { shop_->run(node_.url()); });
    selling.join();
    EXPECT_THAT(differences(node_.url(), all_, node.height()), IsEmpty());
  }
  EXPECT_EQ(shop_->sold(), kItems);
  expect_one_of_each_group(all_);
  auto exit = node_.stop();
  EXPECT_EQ(exit.code, 0) << exit.errors;

  // Without its views, which alone know what settled long ago, the node answers nothing wrongly.
  std::filesystem::remove_all(data_ / "views");
  ASSERT_TRUE(node_.start());
  auto first = std::vector<Operation>(all_.begin(), all_.begin() + 500);
  for (auto& operation : first) operation.acknowledged = false;
  send_all(node_.url(), first);
  for (std::size_t i = 0; i < first.size(); ++i) {
    EXPECT_TRUE(first[i].acknowledged && first[i].settled == all_[i].settled &&
                first[i].height == all_[i].height)
        << first[i].txid << ' ' << first[i].code;
  }
  exit = node_.stop();
  EXPECT_EQ(exit.code, 0) << exit.errors;

  const auto replay =
      run_program("tally-replay", {"--verify", "--dev", "--json", "--data", data_.path().string()});
  ASSERT_EQ(replay.code, 0) << replay.errors;
  boost::json::error_code error;
  const auto report = boost::json::parse(replay.output, error);
  ASSERT_FALSE(error) << replay.output;
  for (const auto* zero :
       {"spent_twice", "settled_twice", "sold_unverified", "broken_chain", "supply_mismatch"}) {
    EXPECT_EQ(report.at(zero).to_number<std::uint64_t>(), 0u) << zero;
  }
  // Nothing is there that nobody sent, and nothing twice.
  std::size_t settled_count = setup_ + shop_->steps();
  std::size_t rejected_count = 0;
  for (const auto& operation : all_) {
    settled_count += operation.settled;
    rejected_count += !operation.settled && operation.code != "idempotency_conflict";
  }
  EXPECT_EQ(report.at("settled").to_number<std::uint64_t>(), settled_count);
  EXPECT_EQ(report.at("rejected").to_number<std::uint64_t>(), rejected_count);
  EXPECT_GT(report.at("state_entries_compared").to_number<std::uint64_t>(), 1'000u);
}

// The harness finds what it is there to find: a directory that was rolled back behind the node's
// back.
TEST_F(KillTest, ARolledBackDirectoryIsFound) {
  ASSERT_TRUE(node_.start());
  prepare();
  {
    Conversation node(node_.url());
    workload_.set_time(node.time_ms());
  }
  auto operations = workload_.make(kClients, 20);
  ASSERT_EQ(node_.stop().code, 0);
  const TemporaryDirectory older;
  std::filesystem::copy(data_.path(), older / "data", std::filesystem::copy_options::recursive);
  ASSERT_TRUE(node_.start());
  run_load(operations, std::nullopt);
  const auto height = Conversation(node_.url()).height();
  EXPECT_THAT(differences(node_.url(), operations[0], height), IsEmpty());
  node_.kill();
  NodeProcess rolled_back(older / "data");
  ASSERT_TRUE(rolled_back.start());
  EXPECT_GE(differences(rolled_back.url(), operations[0], 0).size(), 15u);
}

}  // namespace
}  // namespace tally::test
