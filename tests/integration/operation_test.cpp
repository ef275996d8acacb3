// How a node starts, refuses to start, and stops.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <csignal>
#include <fstream>
#include <sstream>
#include <thread>

#include <boost/json.hpp>

#include "codec/genesis.hpp"
#include "codec/json.hpp"
#include "contracts/address.hpp"
#include "integration/conversation.hpp"
#include "integration/node_process.hpp"
#include "unit/client/tls_files.hpp"

namespace tally::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

void write_text(const std::filesystem::path& path, std::string_view text, mode_t mode = 0600) {
  {
    std::ofstream file(path, std::ios::binary);
    file << text;
  }
  ASSERT_EQ(::chmod(path.c_str(), mode), 0);
}

std::vector<std::string> dev(const TemporaryDirectory& data) {
  return {"--dev", "--data", data.path().string(), "--listen", "127.0.0.1:0"};
}

// A network of its own: what a ceremony leaves, made through the codec.
struct Ceremony {
  contracts::Genesis genesis;
  Bytes file;

  explicit Ceremony(bool all_sign = true,
                    contracts::NetworkKind kind = contracts::NetworkKind::test) {
    genesis = client::development_genesis();
    genesis.kind = kind;
    genesis.name = "a network of this test";
    codec::SignedGenesis made{codec::encode_genesis(genesis), {}};
    const auto id = contracts::network_id(made.body);
    for (const auto name : client::development_operators()) {
      if (!all_sign && name == "operator-3") continue;
      const auto secret = client::development_key(name);
      made.signatures.push_back({crypto::public_key(secret), crypto::sign(secret, id.bytes)});
    }
    file = codec::encode_signed_genesis(made);
  }
  // The directory of a node of it, with its passphrase beside.
  void lay_down(const std::filesystem::path& data) const {
    write_text(data / "genesis", as_text(file));
    write_text(data / "passphrase", "correct horse battery staple\n");
  }
  static std::vector<std::string> arguments(const std::filesystem::path& data) {
    return {"--set", "keys.passphrase_file=" + (data / "passphrase").string()};
  }
};

TEST(Operation, StopsWithZeroAndStartsAgainOnTheSameData) {
  const TemporaryDirectory data;
  NodeProcess node(data.path());
  ASSERT_TRUE(node.start());
  const auto id = Conversation(node.url()).get("/v1/network").text("network_id");
  EXPECT_EQ(id, network().hex());
  for (const int signal : {SIGTERM, SIGINT}) {
    node.process().signal(signal);
    const auto exit = node.process().wait();
    EXPECT_EQ(exit.code, 0) << exit.errors;
    EXPECT_EQ(exit.signal, 0);
    ASSERT_TRUE(node.start());
  }
  EXPECT_EQ(Conversation(node.url()).get("/v1/network").text("network_id"), id);
  EXPECT_EQ(node.stop().code, 0);
}

TEST(Operation, ASecondNodeOnTheSameDataIsRefused) {
  const TemporaryDirectory data;
  NodeProcess node(data.path());
  ASSERT_TRUE(node.start());
  const auto second = run_program("tallyd", dev(data));
  EXPECT_EQ(second.code, 1);
  EXPECT_THAT(second.errors, HasSubstr("another process has this data directory open"));
  EXPECT_EQ(Conversation(node.url()).get("/healthz").status, 200);
  const auto replay =
      run_program("tally-replay", {"--verify", "--dev", "--data", data.path().string()});
  EXPECT_EQ(replay.code, 1);
  EXPECT_THAT(replay.errors, HasSubstr("locked"));
}

TEST(Operation, SaysWhatIsWrongWithItsConfiguration) {
  const TemporaryDirectory data;
  write_text(data / "unknown.toml", "[http]\nthread = 2\n");
  write_text(data / "twice.toml", "[http]\nthreads = 2\nthreads = 3\n");
  write_text(data / "range.toml", "[http]\nthreads = 0\n");
  struct Case {
    std::vector<std::string> arguments;
    int code;
    std::string says;
  };
  const auto config = [&](std::string_view name) { return (data / name).string(); };
  const std::vector<Case> cases{
      {{"--config", config("unknown.toml")}, 2, "did you mean http.threads?"},
      {{"--config", config("twice.toml")}, 2, "twice.toml:3"},
      {{"--config", config("range.toml")}, 2, "http.threads"},
      {{"--set", "engine.block_bytes_ma=100"}, 2, "engine.block_bytes_max"},
      {{"--dev", "--data", config("x"), "--listen", "localhost"}, 2, "ADDRESS:PORT"},
      // Plain HTTP is for loopback alone; https wants a certificate.
      {{"--dev", "--data", config("y"), "--listen", "0.0.0.0:0"}, 1, "network.allow_plain_http"},
      {{"--dev", "--data", config("z"), "--listen", "https://127.0.0.1:0"},
       1,
       "tls.certificate_file"},
  };
  for (const auto& row : cases) {
    const auto exit = run_program("tallyd", row.arguments, 20s);
    EXPECT_EQ(exit.code, row.code) << row.says << "\n" << exit.errors;
    EXPECT_THAT(exit.errors, HasSubstr(row.says));
    EXPECT_EQ(exit.output, "");
  }
}

TEST(Operation, WithoutAGenesisItSaysHowToMakeOne) {
  const TemporaryDirectory data;
  const auto exit = run_program("tallyd", {"--data", data.path().string()});
  EXPECT_EQ(exit.code, 1);
  EXPECT_THAT(exit.errors, HasSubstr("tally network genesis"));
}

TEST(Operation, ANetworkFromACeremonyRunsAndKnowsNoDevelopmentToken) {
  const TemporaryDirectory data;
  const Ceremony ceremony;
  ceremony.lay_down(data.path());
  NodeProcess node(data.path(), Ceremony::arguments(data.path()));
  ASSERT_TRUE(node.start());
  Conversation client(node.url());
  const auto network = client.get("/v1/network");
  EXPECT_EQ(network.text("name"), ceremony.genesis.name);
  EXPECT_EQ(network.text("kind"), "test");
  const auto anas =
      contracts::encode_address(contracts::account_of(key("ana")), contracts::NetworkKind::test);
  for (const auto& target :
       {"/v1/accounts/" + anas + "/balances", std::string("/v1/blocks/0?bodies=true")}) {
    const auto answer = client.get(target, "dev");
    EXPECT_EQ(answer.code(), "token_invalid") << target << ' ' << answer.body;
  }
  // Nor can its time be advanced, nor does a transaction of the development network mean anything.
  EXPECT_EQ(client.post("/v1/admin/advance-time", "application/json", R"({"ms":1})", "dev").status,
            404);
  // What is the operator's is not there for others, and is there over its socket.
  for (const auto* target : {"/v1/admin/status", "/v1/admin/resume"}) {
    EXPECT_EQ(client.get(target).code(), "route_not_found") << target;
  }
  const auto operators = run_program(
      "tally", {"node", "status", "--json", "--socket", (data / "admin.sock").string()});
  EXPECT_EQ(operators.code, 0) << operators.errors;
  EXPECT_EQ(client.submit(client.timely(admit_members({"ana"}))).code(), "wrong_network");
  auto own = client.timely(admit_members({"ana"}));
  own.tx.network_id = contracts::network_id(codec::encode_genesis(ceremony.genesis));
  EXPECT_TRUE(client.submit(own).settled());
  EXPECT_EQ(node.stop().code, 0);

  // Another network's node does not touch these data.
  const auto other = run_program("tallyd", dev(data));
  EXPECT_EQ(other.code, 1);
  EXPECT_THAT(other.errors, HasSubstr("it belongs to another network"));
}

TEST(Operation, RefusesAGenesisThatIsNotInOrder) {
  struct Case {
    Ceremony ceremony;
    std::string says;
  };
  std::vector<Case> cases;
  cases.push_back({Ceremony(false), "has not signed it"});
  cases.push_back({Ceremony(true, contracts::NetworkKind::development), "--dev alone"});
  cases.push_back({Ceremony(), "not a signed genesis"});
  cases.back().ceremony.file.resize(40);
  for (const auto& row : cases) {
    const TemporaryDirectory data;
    row.ceremony.lay_down(data.path());
    auto arguments = Ceremony::arguments(data.path());
    for (const auto& word : {std::string("--data"), data.path().string(), std::string("--listen"),
                             std::string("127.0.0.1:0")}) {
      arguments.push_back(word);
    }
    const auto exit = run_program("tallyd", arguments);
    EXPECT_EQ(exit.code, 1);
    EXPECT_THAT(exit.errors, HasSubstr(row.says));
  }
}

TEST(Operation, APassphraseThatOthersCanReadIsRefused) {
  const TemporaryDirectory data;
  Ceremony().lay_down(data.path());
  write_text(data / "passphrase", "correct horse battery staple\n", 0644);
  auto arguments = Ceremony::arguments(data.path());
  arguments.insert(arguments.end(), {"--data", data.path().string(), "--listen", "127.0.0.1:0"});
  const auto exit = run_program("tallyd", arguments);
  EXPECT_EQ(exit.code, 1);
  EXPECT_THAT(exit.errors, HasSubstr("chmod 600"));
}

TEST(Operation, ServesTls13WithItsCertificate) {
  const TemporaryDirectory data;
  const client::TlsTestFiles files;
  NodeProcess node(data.path(),
                   {"--dev", "--set", "tls.certificate_file=" + files.certificate(), "--set",
                    "tls.private_key_file=" + files.private_key()},
                   "https://127.0.0.1:0");
  ASSERT_TRUE(node.start());
  EXPECT_TRUE(node.url().starts_with("https://127.0.0.1:")) << node.url();
  client::ClientOptions trusting;
  trusting.ca_file = files.certificate();
  Conversation client(node.url(), trusting);
  EXPECT_EQ(client.get("/healthz").status, 200);
  EXPECT_EQ(client.settle(client.timely(admit_members({"ana"}))).status, 200);
  // The client trusts no certificate that it was not told to, and plain HTTP gets no answer.
  auto stranger = client::HttpClient::open(node.url());
  const auto refused = stranger->get("/healthz");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), client::ClientError::kTls);
  auto plain = client::HttpClient::open("http://127.0.0.1:" + std::to_string(node.port()));
  EXPECT_FALSE(plain->get("/healthz"));
  EXPECT_EQ(node.stop().code, 0);
}

// Several clients pipeline until the node, asked to stop in the midst of it, has answered what it
// took.
TEST(Operation, AGracefulStopAnswersWhatItTookAndKeepsIt) {
  constexpr std::size_t kClients = 4;
  constexpr std::uint32_t kPayments = 150;
  const TemporaryDirectory data;
  NodeProcess node(data.path());
  ASSERT_TRUE(node.start());
  std::vector<std::vector<codec::SignedTransaction>> load(kClients);
  {
    Conversation client(node.url());
    found(client, {"ana", "bo"});
    for (auto& list : load) {
      auto coins = issue(std::vector(kPayments, coin(10, "ana")));
      coins.tx.note_hash = hash_of(std::to_string(&list - load.data()));
      const auto issued = settled(client.settle(client.timely(std::move(coins))));
      const auto now_ms = client.time_ms();
      for (std::uint32_t i = 0; i < kPayments; ++i) {
        Draft draft({"ana"}, now_ms);
        spend(draft, issued, i).make(coin(10, "bo"));
        list.push_back(draft.command(contracts::AssetTransfer{}).sign());
      }
    }
  }
  std::vector<std::vector<std::string>> acknowledged(kClients);
  std::vector<std::thread> threads;
  for (std::size_t c = 0; c < kClients; ++c) {
    threads.emplace_back([&, c] {
      auto client = client::HttpClient::open(node.url());
      for (const auto& transaction : load[c]) {
        const auto response = client->post("/v1/transactions", "application/x-protobuf",
                                           as_text(codec::encode_signed(transaction)));
        if (!response) return;
        const auto answer = parse_answer(*response);
        if (!answer.settled()) {
          EXPECT_EQ(answer.code(), "stopping") << answer.body;
          return;
        }
        acknowledged[c].push_back(answer.text("txid"));
      }
    });
  }
  std::this_thread::sleep_for(60ms);
  const auto exit = node.stop();
  EXPECT_EQ(exit.code, 0) << exit.errors;
  for (auto& thread : threads) thread.join();
  ASSERT_TRUE(node.start());
  Conversation client(node.url());
  std::size_t count = 0;
  const auto height = client.height();
  for (const auto& list : acknowledged) {
    for (const auto& txid : list) {
      const auto answer =
          client.get("/v1/transactions/" + txid + "?min_height=" + std::to_string(height));
      EXPECT_TRUE(answer.settled()) << answer.body;
      ++count;
    }
  }
  EXPECT_GT(count, 0u);
  // What was not acknowledged settles now, or had settled: each exactly once.
  for (const auto& list : load) {
    for (const auto& transaction : list) {
      const auto answer = client.submit(transaction);
      EXPECT_TRUE(answer.settled()) << answer.body;
    }
  }
  EXPECT_EQ(client
                .get("/v1/accounts/" + address("bo") +
                         "/balances?min_height=" + std::to_string(client.height()),
                     "dev")
                .json.at("balances")
                .at(0)
                .at("amount")
                .as_string(),
            std::to_string(kClients * kPayments * 10));
  EXPECT_EQ(node.stop().code, 0);
}

// More than its queues take: some are told to come later, none is lost, and all settle in the end.
TEST(OverloadTest, AFullQueueSaysLaterAndLosesNothing) {
  constexpr std::uint32_t kPayments = 600;
  const TemporaryDirectory data;
  NodeProcess node(data.path(),
                   {"--dev", "--set", "engine.admission_queue_max=4", "--set",
                    "engine.writer_queue_max=4", "--set", "engine.admission_threads=1"});
  ASSERT_TRUE(node.start());
  Conversation client(node.url());
  found(client, {"ana", "bo"});
  const auto issued =
      settled(client.settle(client.timely(issue(std::vector(kPayments, coin(10, "ana"))))));
  const auto now_ms = client.time_ms();
  std::vector<std::string> open;
  for (std::uint32_t i = 0; i < kPayments; ++i) {
    Draft draft({"ana"}, now_ms);
    spend(draft, issued, i).make(coin(10, "bo"));
    open.push_back(boost::json::serialize(
        codec::encode_signed_json(draft.command(contracts::AssetTransfer{}).sign())));
  }
  std::size_t later = 0;
  for (int round = 0; !open.empty(); ++round) {
    ASSERT_LT(round, 1'000) << open.size() << " are still refused";
    std::string lines;
    for (const auto& line : open) lines += line + "\n";
    const auto answer = client.post("/v1/transactions:batch", "application/x-ndjson", lines);
    ASSERT_EQ(answer.status, 200);
    std::vector<std::string> refused;
    std::istringstream in(answer.body);
    std::string line;
    for (const auto& sent : open) {
      ASSERT_TRUE(std::getline(in, line)) << "an answer is missing";
      const auto row = boost::json::parse(line).as_object();
      if (row.contains("outcome")) continue;
      EXPECT_EQ(row.at("code").as_string(), "queue_full");
      EXPECT_EQ(row.at("number").to_number<int>(), 7001);
      EXPECT_EQ(row.at("class").as_string(), "overloaded");
      EXPECT_EQ(row.at("retry").as_string(), "later");
      EXPECT_EQ(row.at("final"), false);
      refused.push_back(sent);
    }
    later += refused.size();
    open = std::move(refused);
  }
  EXPECT_GT(later, 0u) << "the queues were never full";
  EXPECT_EQ(node.stop().code, 0);
}

}  // namespace
}  // namespace tally::test
