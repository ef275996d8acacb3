// A real network from its ceremony on, with every secret that a node and a person handle; and then
// a search for each of them, in every form, in all that was said, logged, or left in memory.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <boost/json.hpp>
#include <csignal>
#include <fstream>
#include <map>
#include <regex>

#include "contracts/address.hpp"
#include "crypto/aead.hpp"
#include "crypto/bip39.hpp"
#include "crypto/passphrase_box.hpp"
#include "custody/custody_store.hpp"
#include "custody/node_key.hpp"
#include "integration/conversation.hpp"
#include "integration/node_process.hpp"
#include "integration/process_memory.hpp"
#include "storage/scan.hpp"

namespace tally::test {
namespace {

constexpr std::string_view kPassphrase = "correct horse battery staple 7f3a";

// The ways in which a secret could be written down.
std::vector<std::string> forms(ByteView secret) {
  auto hex = to_hex(secret);
  auto upper = hex;
  std::ranges::transform(upper, upper.begin(), [](char c) { return std::toupper(c); });
  auto base64 = to_base64(secret);
  base64.resize(base64.find_last_not_of('=') - 1);  // its last digits depend on what follows
  auto base64url = base64;
  std::ranges::replace(base64url, '+', '-');
  std::ranges::replace(base64url, '/', '_');
  const std::string raw(as_text(secret));
  return {raw, std::string(raw.rbegin(), raw.rend()), hex, upper, base64, base64url};
}

class Secrets : public testing::Test {
 protected:
  void SetUp() override {
    ::setenv("TALLY_HOME", (directory_ / "home").c_str(), 1);
    ::unsetenv("TALLY_TOKEN");
    ::unsetenv("TALLY_PASSPHRASE_FILE");
    std::filesystem::create_directories(data());
    write("passphrase", std::string(kPassphrase) + "\n");
  }

  [[nodiscard]] std::filesystem::path data() const { return directory_ / "data"; }
  [[nodiscard]] std::string file(std::string_view name) const { return directory_ / name; }
  void write(std::string_view name, std::string_view text, bool is_private = true) const {
    {
      std::ofstream out(directory_ / name, std::ios::binary | std::ios::trunc);
      out << text;
    }
    using std::filesystem::perms;
    std::filesystem::permissions(
        directory_ / name,
        perms::owner_read | perms::owner_write | (is_private ? perms::none : perms::others_read));
  }
  // A secret to look for, by a name for people.
  void keep(const std::string& name, ByteView secret) {
    secrets_[name] = Bytes(secret.begin(), secret.end());
  }
  // Something that was said where everybody can read it.
  void heard(const std::string& where, const std::string& text) { said_ += where + "\n" + text; }
  Exit tally(std::vector<std::string> words, int code, std::string passphrase = "passphrase") {
    words.insert(words.end(), {"--yes", "--passphrase-file", file(passphrase)});
    auto exit = run_program("tally", words);
    EXPECT_EQ(exit.code, code) << words[0] << ' ' << words[1] << '\n' << exit.output << exit.errors;
    heard("tally " + words[0], exit.output + exit.errors);
    return exit;
  }
  Answer ask(const Answer& answer) {
    heard("an answer", answer.body);
    return answer;
  }

  void import_a_mnemonic();
  void hold_the_ceremony();
  void use_the_node(Conversation& node);
  void refuse_what_is_wrong(Conversation& node);
  void find_secrets_of_custody(const contracts::NetworkId& network);
  void expect_silence() const;
  void expect_no_core(const std::vector<std::string>& arguments);

  TemporaryDirectory directory_;
  std::map<std::string, Bytes> secrets_;
  std::string said_;
  std::optional<crypto::SecretKey> ana_;
};

// A key from twelve or more words; and everything that can be wrong with words, files, passphrases.
void Secrets::import_a_mnemonic() {
  const auto words = crypto::generate_mnemonic();
  const std::string text(as_text(words.view()));
  keep("the mnemonic", words.view());
  keep("the entropy", crypto::entropy_from_mnemonic(text)->view());
  keep("the passphrase", as_bytes(kPassphrase));
  write("words", text + "\n");
  tally({"keys", "import", "ana", "--mnemonic-file", file("words"), "--kind", "test"}, 0);
  tally({"keys", "list", "--json"}, 0);
  tally({"keys", "show", "ana"}, 0);
  tally({"keys", "new", "second"}, 0);
  write("wrong words", text + " zoo\n");
  write("no words", text.substr(0, text.rfind(' ')) + " notaword\n");
  write("open words", text, false);
  for (const auto* name : {"wrong words", "no words", "open words"}) {
    tally({"keys", "import", "bad", "--mnemonic-file", file(name)}, 2);
  }
  write("other passphrase", "a guess that is not right\n");
  keep("the wrong passphrase", as_bytes("a guess that is not right"));
  write("short passphrase", "k3y5!\n");
  tally({"keys", "import", "short", "--mnemonic-file", file("words")}, 2, "short passphrase");
  tally({"keys", "export", "ana", "--confirm", "ana"}, 2, "other passphrase");
  const auto shown = run_program("tally", {"keys", "export", "ana", "--confirm", "ana", "--json",
                                           "--passphrase-file", file("passphrase")});
  ASSERT_EQ(shown.code, 0) << shown.errors;
  const auto secret =
      array_from_hex<32>(boost::json::parse(shown.output).at("secret_key").as_string());
  ana_ = crypto::SecretKey::from(*secret);
  keep("ana's key", *secret);
  // The file of the key: hers alone, and nothing in it but the box.
  const auto path = (directory_ / "home") / "keys/ana.key";
  EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms(0600));
  std::ifstream in(path);
  const std::string content(std::istreambuf_iterator<char>(in), {});
  heard("the key file", content);
  for (const std::string& damaged :
       {content.substr(0, content.size() / 2), std::string("{}"), std::string(100'000, '{')}) {
    write("damaged.key", damaged);
    tally({"keys", "show", file("damaged.key")}, 2);
  }
}

void Secrets::hold_the_ceremony() {
  const auto draft = file("draft"), genesis = (data() / "genesis").string();
  tally({"network", "genesis", "new", "Milan goods", "--operators", "key:ana", "--quorum", "1",
         "--kind", "test", "--out", draft},
        0);
  tally({"network", "genesis", "sign", draft, "--key", "ana"}, 2, "other passphrase");
  tally({"network", "genesis", "sign", draft, "--key", "ana", "--out", file("signed")}, 0);
  tally({"network", "genesis", "assemble", file("signed"), "--out", genesis}, 0);
}

// Signs in, makes agents, tokens and profile keys, reads and pays.
void Secrets::use_the_node(Conversation& node) {
  const auto network = contracts::NetworkId::parse(node.get("/v1/network").text("network_id"));
  const auto key = crypto::public_key(*ana_);
  const auto name =
      contracts::encode_address(contracts::account_of(key), contracts::NetworkKind::test);
  const auto json = [](const boost::json::object& value) { return boost::json::serialize(value); };
  const auto post = [&](std::string_view target, const boost::json::object& body,
                        std::string_view token = {}) {
    return node.post(target, "application/json", json(body), token);
  };
  const auto challenge = ask(post("/v1/sign-in/challenge", {{"address", name}}));
  const auto digest = array_from_hex<32>(challenge.text("digest"));
  ASSERT_TRUE(digest) << challenge.body;
  boost::json::object answer{{"address", name},
                             {"nonce", challenge.text("nonce")},
                             {"expires_ms", challenge.text("expires_ms")},
                             {"signature", std::string(128, '1')}};
  EXPECT_EQ(ask(post("/v1/sign-in", answer)).code(), "sign_in_failed");
  answer["signature"] = to_hex(crypto::sign(*ana_, *digest).view());
  const auto session = post("/v1/sign-in", answer).text("token");
  ASSERT_TRUE(session.starts_with("tallys_"));
  keep("the session", as_bytes(session));
  keep("the session's secret", *from_hex(session.substr(7)));
  const auto agent = ask(post("/v1/agents", {{"label", "shop"}}, session)).text("address");
  ask(node.get("/v1/agents", session));
  const auto far = std::to_string(node.time_ms() + 3'600'000);
  const auto issued = post("/v1/tokens",
                           {{"scopes", boost::json::array{"read_own", "operate", "audit"}},
                            {"label", "till"},
                            {"expires_ms", far}},
                           session);
  const auto token = issued.text("token");
  ASSERT_TRUE(token.starts_with("tally_")) << issued.body;
  keep("the token", as_bytes(token));
  keep("the token's secret", *from_hex(token.substr(6)));
  ask(node.get("/v1/tokens", session));
  ask(node.get("/v1/accounts/" + name + "/balances", token));
  ask(node.get("/v1/admin/status", token));
  // A profile's value travels encrypted, and its key wrapped: the node hears neither.
  const auto attribute = hash_of("size");
  ask(node.request("PUT", "/v1/profile/" + to_hex(attribute), "application/octet-stream",
                   std::string(100, 'c'), {{"Authorization", "Bearer " + session}}));
  // The operator admits itself: a transaction signed with the imported key.
  contracts::Transaction tx;
  tx.version = contracts::kTransactionVersion;
  tx.network_id = *network;
  tx.valid_until_ms = node.time_ms() + contracts::kValidityMsDefault;
  tx.signers = {key};
  tx.commands = {{{}, {}, contracts::MemberAdmit{{test::key("somebody")}}}};
  codec::SignedTransaction admit{codec::encode_body(tx), {}};
  const auto signature = crypto::sign(*ana_, contracts::txid(*network, admit.body).bytes);
  admit.witnesses = {Bytes(signature.bytes.begin(), signature.bytes.end())};
  EXPECT_TRUE(ask(node.submit(admit)).settled());
  // ETH/ETC: what is signed for the development network is nothing here.
  const auto elsewhere = Draft({"operator-1"}, node.time_ms()).command(contracts::AssetTransfer{});
  EXPECT_EQ(ask(node.submit(elsewhere)).code(), "wrong_network");
}

void Secrets::refuse_what_is_wrong(Conversation& node) {
  const auto text = [&](const std::string& name) {
    return std::string(as_text(secrets_.at(name)));
  };
  for (const auto& secret : {text("the session"), text("the token")}) {
    // In a URL it would be in every log on the way.
    for (const auto* parameter : {"token", "access_token", "authorization"}) {
      const auto answer = ask(node.get(fmt::format("/v1/orders?{}={}", parameter, secret)));
      EXPECT_EQ(answer.status, 400) << answer.body;
    }
    ask(node.get("/v1/stream?token=" + secret));
    ask(node.get("/v1/transactions/" + secret.substr(0, 5), secret));
    ask(node.get("/v1/nothing", secret));
    auto wrong = secret;
    wrong.back() = wrong.back() == '0' ? '1' : '0';
    EXPECT_EQ(ask(node.get("/v1/orders", wrong)).code(), "token_invalid");
    EXPECT_EQ(ask(node.get("/v1/orders", secret + "0")).code(), "token_invalid");
    ask(node.request("GET", "/v1/orders", {}, {}, {{"Authorization", secret}}));
    ask(node.request("GET", "/v1/orders", {}, {}, {{"Authorization", "Basic " + secret}}));
    ask(node.post("/v1/sign-in", "application/json", R"({"address":")" + secret + R"("})"));
    ask(node.post("/v1/tokens", "application/json", "{\"scopes\":[\"query\"],", secret));
    ask(node.request("DELETE", "/v1/tokens/0011223344556677", {}, {},
                     {{"Authorization", "Bearer " + secret}}));
  }
  ask(node.get("/metrics"));
  ask(node.get("/metrics", text("the token")));
  ask(node.request("DELETE", "/v1/session", {}, {},
                   {{"Authorization", "Bearer " + text("the session")}}));
  EXPECT_EQ(ask(node.get("/v1/agents", text("the session"))).code(), "token_invalid");
}

// What the node never told anybody: opened as it opens it, once it has stopped.
void Secrets::find_secrets_of_custody(const contracts::NetworkId& network) {
  std::ifstream in(data() / "node.key", std::ios::binary);
  const Bytes box(std::istreambuf_iterator<char>(in), {});
  EXPECT_EQ(std::filesystem::status(data() / "node.key").permissions(),
            std::filesystem::perms(0600));
  const auto content = crypto::open_with_passphrase(box, kPassphrase);
  ASSERT_TRUE(content);
  keep("the node's root", content->view().last(32));
  const auto node_key = custody::NodeKey::open(data() / "node.key", kPassphrase);
  ASSERT_TRUE(node_key);
  const SystemClock clock;
  const auto store = custody::open_custody_store(data() / "custody", clock, network.bytes, false);
  ASSERT_TRUE(store);
  const auto read = (*store)->begin_read();
  std::size_t agents = 0;
  const auto done = storage::for_each(
      **read, custody::kAgents, {}, storage::Direction::forward, [&](const auto& entry) {
        Bytes binding;
        append(binding, as_bytes("tally/agent-key"));
        append(binding, entry.key);
        // record = crc32c(4) principal(32) created_ms(8) sealed_secret(60) label
        const auto sealed = entry.value.subspan(44, 60);
        const auto secret = crypto::aead_open(node_key->agent_wrapping_key(), sealed, binding);
        EXPECT_TRUE(secret);
        if (secret) keep(fmt::format("agent key {}", agents++), secret->view());
        return true;
      });
  EXPECT_TRUE(done);
  EXPECT_EQ(agents, 1u);
}

void Secrets::expect_silence() const {
  for (const auto& [name, secret] : secrets_) {
    for (const auto& form : forms(secret)) {
      const auto at = said_.find(form);
      EXPECT_EQ(at, std::string::npos)
          << name << " was said: " << said_.substr(at == std::string::npos ? 0 : at, 80);
    }
  }
}

// Without the operator's switch a node leaves no core, whatever its user's limits are.
void Secrets::expect_no_core(const std::vector<std::string>& arguments) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_CORE, &before), 0);
  const rlimit all{before.rlim_max, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_CORE, &all), 0);
  NodeProcess process(data(), arguments);
  const bool started = process.start();
  ASSERT_EQ(::setrlimit(RLIMIT_CORE, &before), 0);
  ASSERT_TRUE(started);
  std::ifstream limits("/proc/" + std::to_string(process.process().id()) + "/limits");
  const std::string text(std::istreambuf_iterator<char>(limits), {});
  const auto line = text.substr(text.find("Max core file size"));
  EXPECT_TRUE(std::regex_search(line.substr(0, line.find('\n')), std::regex(R"(size +0 +0 )")))
      << line.substr(0, 80);
  process.process().signal(SIGABRT);
  const auto exit = process.process().wait();
  EXPECT_EQ(exit.signal, SIGABRT);
  EXPECT_FALSE(exit.dumped_core);
}

TEST_F(Secrets, LeaveNoTraceOutsideOfWhereTheyBelong) {
  ASSERT_NO_FATAL_FAILURE(import_a_mnemonic());
  hold_the_ceremony();
  const std::vector<std::string> arguments{"--set", "keys.passphrase_file=" + file("passphrase"),
                                           "--set", "log.level=trace"};
  auto debuggable = arguments;
  debuggable.insert(debuggable.end(), {"--set", "keys.debuggable=true"});
  NodeProcess process(data(), debuggable);
  ASSERT_TRUE(process.start());
  Conversation node(process.url());
  const auto network = contracts::NetworkId::parse(node.get("/v1/network").text("network_id"));
  ASSERT_NO_FATAL_FAILURE(use_the_node(node));
  refuse_what_is_wrong(node);
  const auto memory = read_memory(process.process().id());
  const auto exit = process.stop();
  EXPECT_EQ(exit.code, 0);
  heard("the log", exit.output + exit.errors);

  // It does not start on a wrong passphrase, a file that others can read, or a damaged key.
  std::vector<std::string> wrong{"--data", data().string(),   "--listen", "127.0.0.1:0",
                                 "--set",  "log.level=trace", "--set"};
  const auto refuse = [&](const std::string& passphrase) {
    auto words = wrong;
    words.push_back("keys.passphrase_file=" + file(passphrase));
    const auto refused = run_program("tallyd", words);
    EXPECT_EQ(refused.code, 1) << refused.errors;
    heard("a refused start", refused.output + refused.errors);
  };
  refuse("other passphrase");
  write("open passphrase", kPassphrase, false);
  refuse("open passphrase");
  std::filesystem::copy_file(data() / "node.key", directory_ / "kept.key");
  write("data/node.key", "TALLYBOX\x01 but not really");
  refuse("passphrase");
  std::filesystem::copy_file(directory_ / "kept.key", data() / "node.key",
                             std::filesystem::copy_options::overwrite_existing);

  ASSERT_NO_FATAL_FAILURE(find_secrets_of_custody(*network));
  expect_silence();
  // In memory: what was needed for a moment is gone, every copy of it.
  for (const auto& [name, secret] : secrets_) {
    const bool of_a_moment = name == "the passphrase" || name == "the node's root" ||
                             name.starts_with("agent key") || name == "ana's key";
    if (!of_a_moment) continue;
    for (const auto& region : memory) {
      for (const auto& form : forms(secret)) {
        EXPECT_FALSE(as_text(region.bytes).contains(form)) << name << " is still in memory";
      }
    }
  }
  // What stays for as long as the node runs lies where no dump takes it.
  const auto wrapping = *custody::NodeKey::open(data() / "node.key", kPassphrase);
  std::size_t found = 0;
  for (const auto& region : memory) {
    const auto text = as_text(region.bytes);
    for (const auto key : {wrapping.agent_wrapping_key(), wrapping.document_key()}) {
      if (!text.contains(as_text(key))) continue;
      ++found;
      EXPECT_TRUE(region.left_out_of_dumps);
    }
  }
  EXPECT_GE(found, 1u) << "the search finds what is there";
  expect_no_core(arguments);
}

}  // namespace
}  // namespace tally::test
