// The command line against a real node: a sale from genesis to release, what must fail with its
// exit code, a transaction that goes round, the file of an unsent one, a ceremony whose result
// starts a node.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include <boost/json.hpp>

#include "integration/conversation.hpp"
#include "integration/node_process.hpp"

namespace tally::test {
namespace {

namespace json = boost::json;

constexpr auto kItem = "01/09521141000007/21/0001";
constexpr auto kQuorum = "operator-1,operator-2";

class CommandLine : public testing::Test {
 protected:
  CommandLine() : node_(directory_ / "data") {
    ::setenv("TALLY_HOME", (directory_ / "home").c_str(), 1);
    ::unsetenv("TALLY_TOKEN");
    ::unsetenv("TALLY_PASSPHRASE_FILE");
    write("e.txt", "evidence");
  }

  [[nodiscard]] std::string file(std::string_view name) const { return directory_ / name; }
  void write(std::string_view name, std::string_view text) const {
    std::ofstream(directory_ / name) << text;
    std::filesystem::permissions(directory_ / name, std::filesystem::perms::owner_read |
                                                        std::filesystem::perms::owner_write);
  }
  [[nodiscard]] std::string evidence() const { return "@" + file("e.txt"); }

  // Runs `tally` and checks its exit code. What it answered; null if it said nothing.
  json::value tally(std::vector<std::string> words, int exit = 0) {
    words.insert(words.end(), {"--json", "--yes"});
    if (!node_.url().empty()) words.insert(words.end(), {"--node", node_.url()});
    const auto done = run_program("tally", words);
    std::string line;
    for (const auto& word : words) line += word + " ";
    EXPECT_EQ(done.code, exit) << line << "\n" << done.output << done.errors;
    json::error_code ec;
    auto value = json::parse(done.output, ec);
    EXPECT_FALSE(ec) << line << "\n" << done.output;
    return value;
  }
  void start() { ASSERT_TRUE(node_.start()); }

  void admit_everybody() {
    tally({"network", "member", "admit", "dev:issuer", "dev:ana", "dev:bo", "dev:brand",
           "dev:boutique", "dev:appraiser-1", "--dev", kQuorum});
    tally({"network", "licence", "grant", "dev:issuer", "payment", "--evidence-hash", evidence(),
           "--dev", kQuorum});
    tally({"network", "prefix", "register", "9521141", "dev:brand", "--evidence-hash", evidence(),
           "--dev", kQuorum});
    tally({"network", "accreditation", "grant", "dev:appraiser-1", "appraiser", "--evidence-hash",
           evidence(), "--dev", kQuorum});
  }
  void make_money() {
    tally({"asset", "define", "payment", "EUR", "--decimals", "2", "--supply-max", "1000000.00",
           "--dev", "issuer"});
    tally({"asset", "issue", "EUR", "1000.00", "dev:ana", "--dev", "issuer"});
  }
  void make_bag() {
    tally({"item", "commission", "9521141", kItem, "--event-hash", evidence(), "--attributes",
           "colour=black", "--dev", "brand"});
    tally({"item", "transfer", std::string("https://id.gs1.org/") + kItem, "--to", "dev:boutique",
           "--dev", "brand"});
  }
  [[nodiscard]] std::string amount(const std::string& who, std::size_t row = 0) {
    const auto answer = tally({"balance", "--dev", who});
    const auto& rows = answer.at("balances").as_array();
    return row < rows.size() ? std::string(rows.at(row).at("amount").as_string()) : "0";
  }

  TemporaryDirectory directory_;
  NodeProcess node_;
};

TEST_F(CommandLine, SellsABag) {
  start();
  admit_everybody();
  make_money();
  make_bag();
  tally({"item", "attest", kItem, "genuine", "--confidence-bps", "9500", "--method-hash",
         evidence(), "--evidence-hash", evidence(), "--dev", "appraiser-1"});
  tally({"order", "offer", "--gs1-key", kItem, "--price", "100.00", "--price-asset", "EUR",
         "--verdicts-min", "1", "--dev", "boutique"});
  const auto orders = tally({"order", "list", "--open"});
  const std::string order(orders.at("orders").as_array().at(0).at("id").as_string());
  tally({"order", "fund", order, "--dev", "ana"});
  tally({"order", "accept", order, "--dev", "boutique"});
  tally({"order", "ship", order, "--tracking-hash", evidence(), "--dev", "boutique"});
  tally({"order", "deliver", order, "--dev", "ana"});
  tally({"order", "release", order, "--dev", "ana"});
  EXPECT_EQ(tally({"order", "show", order, "--dev", "ana"}).at("state").as_string(), "released");
  EXPECT_EQ(amount("ana"), "90000");
  EXPECT_EQ(amount("boutique"), "10000");
  EXPECT_EQ(tally({"item", "show", kItem, "--dev", "ana"}).at("owner").as_string(), "you");
  EXPECT_EQ(tally({"verify", kItem}).at("finding").as_string(), "genuine");
  const auto statement = tally({"statement", "--dev", "ana"});
  EXPECT_EQ(statement.at("movements").as_array().size(), 2u);
}

// Holder and payer sign one transaction: on one machine, or each on its own with a token between.
TEST_F(CommandLine, RedeemsAnIouForWhatItPromises) {
  start();
  admit_everybody();
  make_money();
  tally({"pay", "dev:boutique", "50.00", "EUR", "--dev", "ana"});
  tally({"iou", "define", "BAGCREDIT", "--decimals", "2", "--supply-max", "5000.00",
         "--promised-asset", "EUR", "--dev", "boutique"});
  tally({"iou", "issue", "BAGCREDIT", "50.00", "dev:bo", "--dev", "boutique"});
  tally({"iou", "redeem", "BAGCREDIT", "20.00", "--dev", "bo,boutique"});
  EXPECT_EQ(amount("bo"), "2000");
  EXPECT_EQ(amount("bo", 1), "3000");
  EXPECT_EQ(amount("boutique"), "3000");

  // bo may not look into the boutique's purse without its word; nor with a word for less.
  const auto build = [&](std::vector<client::ClientHeader> headers) {
    Conversation node(node_.url());
    headers.push_back({"Authorization", "Bearer " + node.sign_in("bo")});
    return node.request("POST", "/v1/build/asset_redeem", "application/json",
                        R"({"asset":"BAGCREDIT","amount":"30.00"})", headers);
  };
  const auto token = [&](const std::string& scopes) {
    const auto made = tally({"token", "issue", "--scopes", scopes, "--label", "redeem",
                             "--valid-for", "1h", "--dev", "boutique"});
    return std::string(made.at("token").as_string());
  };
  EXPECT_EQ(build({}).code(), "not_yours");
  EXPECT_EQ(build({{"Tally-Party", "tallys_00"}}).code(), "token_invalid");
  EXPECT_EQ(build({{"Tally-Party", token("read_own")}}).code(), "scope_missing");
  const auto word = token("build");
  EXPECT_EQ(build(std::vector<client::ClientHeader>(9, {"Tally-Party", word})).code(),
            "bad_parameter");
  const auto built = build({{"Tally-Party", word}});
  ASSERT_EQ(built.status, 200) << built.body;
  EXPECT_TRUE(built.json.at("forecast").is_null()) << built.body;
  // The word of one's own is for building: it reads nothing.
  EXPECT_EQ(Conversation(node_.url())
                .get("/v1/accounts/" + address("boutique") + "/balances", word)
                .code(),
            "scope_missing");
  const auto body = from_base64(built.text("body"));
  ASSERT_TRUE(body);
  codec::SignedTransaction signed_by_both{*body, {}};
  const auto id = contracts::txid(network(), *body);
  for (const auto* who : {"bo", "boutique"}) {
    const auto signature = crypto::sign(client::development_key(who), id.bytes);
    signed_by_both.witnesses.emplace_back(signature.bytes.begin(), signature.bytes.end());
  }
  const auto answer = Conversation(node_.url()).submit(signed_by_both);
  EXPECT_TRUE(answer.settled()) << answer.body;
  EXPECT_EQ(amount("bo"), "5000");
  EXPECT_EQ(amount("boutique"), "0");
}

TEST_F(CommandLine, ExitCodesSayTheClass) {
  start();
  admit_everybody();
  make_money();
  tally({"pay", "dev:bo", "5000.00", "EUR", "--dev", "ana"}, 8);
  tally({"pay", "dev:bo", "5.00", "NOPE", "--dev", "ana"}, 8);
  tally({"pay", "dev:bo", "--dev", "ana"}, 2);
  tally({"asset", "issue", "EUR", "1.00", "dev:ana", "--dev", "ana"}, 6);
  tally({"network", "member", "admit", "dev:mallory", "--dev", "operator-1"}, 4);
  tally({"statement", "--account", "dev:bo", "--dev", "ana"}, 4);
  tally({"item", "show", "01/09521141000008/21/1"}, 3);
  tally({"pay", "dev:bo", "5.00", "EUR", "--dev", "ana", "--idempotency-key", "one"});
  tally({"pay", "dev:bo", "6.00", "EUR", "--dev", "ana", "--idempotency-key", "one"}, 5);
  tally({"asset", "define", "utility", "EVR", "--supply-max", "9", "--dev", "bo"}, 6);
  node_.kill();
  tally({"network", "status"}, 10);
}

TEST_F(CommandLine, ADryRunSignsNothing) {
  start();
  admit_everybody();
  make_money();
  const auto verdict = tally({"pay", "dev:bo", "5.00", "EUR", "--dev", "ana", "--dry-run"});
  EXPECT_TRUE(verdict.at("would_settle").as_bool());
  EXPECT_EQ(amount("ana"), "100000");
  tally({"pay", "dev:bo", "1000.00", "EUR", "--dev", "ana"});
}

TEST_F(CommandLine, ATransactionGoesRound) {
  start();
  const auto out = file("admit.json");
  const auto written = tally({"network", "member", "admit", "dev:ana", "--dev", "operator-1",
                              "--signers", "dev:operator-2", "--out", out});
  EXPECT_EQ(written.at("missing").as_array().size(), 1u);
  tally({"submit", out}, 2);
  tally({"sign", out, "--dev", "ana"}, 2);
  EXPECT_TRUE(tally({"sign", out, "--dev", "operator-2"}).at("missing").as_array().empty());
  EXPECT_EQ(tally({"submit", out}).at("outcome").as_string(), "settled");
  EXPECT_EQ(tally({"submit", out}).at("outcome").as_string(), "settled") << "the same bytes again";
  EXPECT_EQ(tally({"verify", out}).at("outcome").as_string(), "settled");
}

TEST_F(CommandLine, AProfileIsReadByWhomItWasGrantedTo) {
  start();
  admit_everybody();
  tally({"profile", "set", "shoe_size", "42", "--dev", "bo"});
  tally({"profile", "set", "shoe_size", "43", "--dev", "bo"});
  EXPECT_EQ(tally({"profile", "get", "shoe_size", "--dev", "bo"}).at("value").as_string(), "43");
  std::string key_file;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory_ / "home")) {
    if (entry.is_regular_file()) key_file = entry.path();
  }
  const std::vector<std::string> read{"profile",         "get",    "shoe_size", "--owner", "dev:bo",
                                      "--attribute-key", key_file, "--dev",     "boutique"};
  tally(read, 4);
  tally({"profile", "grant", "shoe_size", "dev:boutique", "--commitment", evidence(), "--expires",
         "2099-01-01T00:00:00Z", "--dev", "bo"});
  const auto value = tally(read);
  EXPECT_EQ(value.at("value").as_string(), "43");
  EXPECT_TRUE(value.at("as_committed").as_bool());
  tally({"profile", "revoke", "--reader", "dev:boutique", "--dev", "bo"});
  tally(read, 4);
}

TEST_F(CommandLine, AKeyFromAFileSigns) {
  start();
  write("passphrase", "correct horse\n");
  ::setenv("TALLY_PASSPHRASE_FILE", file("passphrase").c_str(), 1);
  tally({"keys", "new", "mine", "--kind", "development"});
  EXPECT_EQ(tally({"keys", "list"}).at("keys").as_array().size(), 1u);
  tally({"keys", "export", "mine"}, 2);
  tally({"network", "member", "admit", "key:mine", "--dev", kQuorum});
  tally({"asset", "define", "loyalty", "POINTS", "--supply-max", "100", "--key", "mine"});
  tally({"asset", "issue", "POINTS", "7", "me", "--key", "mine"});
  EXPECT_EQ(tally({"balance", "--key", "mine"}).at("balances").as_array().size(), 1u);
}

TEST_F(CommandLine, TokensDelegationsTimeAndStream) {
  start();
  admit_everybody();
  const auto token = tally({"token", "issue", "--scopes", "build,read_own", "--dev", "bo"});
  EXPECT_EQ(tally({"token", "list", "--dev", "bo"}).at("tokens").as_array().size(), 1u);
  tally({"token", "revoke", std::string(token.at("id").as_string()), "--dev", "bo"});
  tally({"balance", "--dev", "bo", "--token", std::string(token.at("token").as_string())}, 4);
  tally({"delegate", "grant", "dev:erp", "--commands", "item_observe", "--prefixes", "9521141",
         "--items-max", "10", "--until", "2027-03-01T12:00:00Z", "--dev", "brand"});
  EXPECT_EQ(tally({"delegate", "list", "--dev", "brand"}).at("delegations").as_array().size(), 1u);
  tally({"delegate", "revoke", "dev:erp", "--dev", "brand"});
  tally({"network", "advance-time", "48h"});
  const auto event = tally({"stream", "--cursor", "1:0", "--count", "1"});
  EXPECT_TRUE(event.as_object().contains("cursor"));
}

TEST_F(CommandLine, ACeremonyMakesANetworkThatStarts) {
  write("passphrase", "correct horse\n");
  ::setenv("TALLY_PASSPHRASE_FILE", file("passphrase").c_str(), 1);
  const auto draft = file("draft");
  for (const auto* name : {"a", "b", "c"}) tally({"keys", "new", name});
  const auto made = tally({"network", "genesis", "new", "Milan goods", "--operators",
                           "key:a,key:b,key:c", "--quorum", "2", "--out", draft});
  std::vector<std::string> assemble{"network", "genesis", "assemble"};
  for (const auto* name : {"a", "b", "c"}) {
    tally({"network", "genesis", "sign", draft, "--key", name, "--out", file(name)});
    assemble.push_back(file(name));
  }
  std::filesystem::create_directories(directory_ / "real");
  const auto genesis = (directory_ / "real") / "genesis";
  tally({"network", "genesis", "assemble", file("a"), "--out", file("half")}, 2);
  assemble.insert(assemble.end(), {"--out", genesis});
  tally(assemble);
  NodeProcess real(directory_ / "real", {"--set", "keys.passphrase_file=" + file("passphrase")});
  ASSERT_TRUE(real.start());
  const auto status = run_program("tally", {"network", "status", "--json", "--node", real.url()});
  EXPECT_EQ(status.code, 0) << status.errors;
  EXPECT_EQ(json::parse(status.output).at("network_id"), made.at("network_id"));
  const auto refused =
      run_program("tally", {"balance", "--dev", "ana", "--json", "--node", real.url()});
  EXPECT_EQ(refused.code, 2) << "a key that everybody knows, on a real network";
}

}  // namespace
}  // namespace tally::test
