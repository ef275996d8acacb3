#include "codec/json.hpp"

#include <boost/json.hpp>

#include "contracts/address.hpp"
#include "support.hpp"

namespace tally::codec {
namespace {

namespace json = boost::json;
using contracts::NetworkKind;

constexpr auto kTest = NetworkKind::test;

json::value text(std::string_view x) { return json::string(x); }

std::string hex(char digit) { return std::string(64, digit); }

std::string address(std::uint8_t fill,
                    contracts::Account::Kind kind = contracts::Account::Kind::key) {
  contracts::Account account{kind, {}};
  account.id.fill(fill);
  return contracts::encode_address(account, kTest);
}

contracts::PublicKey key(std::uint8_t fill) {
  contracts::PublicKey out;
  out.bytes.fill(fill);
  return out;
}

TEST(Views, OfATransfer) {
  contracts::Transaction tx;
  tx.version = 1;
  tx.network_id.bytes.fill(0x11);
  tx.signers = {key(0x22)};
  tx.valid_until_ms = 1'800'000'000'000;
  tx.idempotency_key = {0xab, 0xcd};
  tx.inputs.push_back({9'007'199'254'740'993, {{}, 1}, std::nullopt});
  tx.references.push_back({{contracts::RegistryKind::delegation, {}}});
  tx.commands.push_back({{0}, {0}, contracts::AssetTransfer{}});
  contracts::Coin coin{{}, 18'446'744'073'709'551'615u, contracts::KeyLock{key(0x33)}};
  tx.outputs.push_back(coin);
  const auto expected = json::parse(R"({
    "version": 1, "network_id": ")" +
                                    hex('1') + R"(", "signers": [")" + address(0x22) + R"("],
    "valid_until_ms": "1800000000000", "idempotency_key": "abcd",
    "inputs": [{"number": "9007199254740993", "outpoint": {"txid": ")" +
                                    hex('0') + R"(", "index": 1},
                "preimage": null}],
    "references": [{"key": {"kind": "delegation", "id": ")" +
                                    hex('0') + R"("}}],
    "commands": [{"inputs": [0], "outputs": [0], "command": "asset_transfer"}],
    "outputs": [{"type": "coin", "asset": ")" +
                                    hex('0') + R"(", "amount": "18446744073709551615",
                 "lock": {"type": "key", "key": ")" +
                                    address(0x33) + R"("}}],
    "note_hash": null})");
  EXPECT_EQ(to_json(tx, kTest), expected);
}

TEST(Views, NameCommandsOfADelegation) {
  contracts::DelegationEntry entry;
  entry.powers.commands = {32, 40, 41};
  const auto view = to_json(contracts::RegistryEntry(entry), kTest);
  EXPECT_EQ(view.at("type"), text("delegation"));
  EXPECT_EQ(view.at("powers").at("commands"),
            json::parse(R"(["asset_transfer", "item_commission", "item_admit"])"));
  EXPECT_EQ(view.at("principal"), json::value(nullptr)) << "a zero key";
}

TEST(Views, WriteAccountsAsAddresses) {
  contracts::FreezeEntry entry;
  entry.holder = {contracts::Account::Kind::lock, key(5).bytes};
  EXPECT_EQ(to_json(contracts::RegistryEntry(entry), kTest).at("holder"),
            text(address(5, contracts::Account::Kind::lock)));
}

TEST(Views, HaveEveryKindOfOutputEntryAndCommand) {
  for (std::size_t i = 0; i < std::variant_size_v<contracts::Output>; ++i) {
    EXPECT_TRUE(to_json(alternative<contracts::Output>(i), kTest).at("type").is_string());
  }
  for (std::size_t i = 0; i < contracts::kRegistryKinds; ++i) {
    EXPECT_EQ(to_json(alternative<contracts::RegistryEntry>(i), kTest).at("type"),
              text(word(contracts::kEntryKinds[i])));
  }
  const auto tx = largest_transaction();
  const auto view = to_json(tx, kTest);
  const auto& commands = view.at("commands").as_array();
  ASSERT_EQ(commands.size(), tx.commands.size());
  for (std::size_t i = 0; i < commands.size(); ++i) {
    EXPECT_EQ(commands[i].at("command"),
              text(contracts::command_name(contracts::command_number(tx.commands[i].body))));
  }
}

TEST(Views, OfAHeader) {
  BlockHeader header;
  header.height = 7;
  header.spent_root.fill(0xee);
  const auto view = to_json(header, kTest);
  EXPECT_EQ(view.at("height"), text("7"));
  EXPECT_EQ(view.at("settled_count"), json::value(0));
  EXPECT_EQ(view.at("spent_root"), text(hex('e')));
  EXPECT_EQ(view.as_object().size(), 12u);
}

TEST(ParseJson, IsStrict) {
  struct Row {
    std::string_view text;
    std::string_view code;
  };
  const std::string deep = std::string(33, '[') + std::string(33, ']');
  const std::vector<Row> rows{
      {R"({"a": 1, "b": {"a": 2}, "c": [{"a": 3}]})", "ok"},
      {R"({"a:\"": ":\\", "b": ":"})", "ok"},
      {"", "not_json"},
      {"{} {}", "not_json"},
      {"{'a': 1}", "not_json"},
      {R"({"a": 1,})", "not_json"},
      {R"({"a": 1, "a": 1})", "not_json"},
      {R"({"a": 1, "\u0061": 2})", "not_json"},
      {R"({"a": {"x": 1}, "b": 2, "a": {}})", "not_json"},
      {R"([{"b": {"c": 1, "c": [":"]}}])", "not_json"},
      {"\"\xff\"", "not_json"},
      {deep, "not_json"},
      {"[1] // no", "not_json"},
      {"NaN", "not_json"},
  };
  for (const auto& row : rows) EXPECT_EQ(code(parse_json(row.text, 1'000)), row.code) << row.text;
  EXPECT_EQ(outcome(parse_json("[1234]", 5)), "body_too_large 0 5");
}

TEST(SubmissionJson, RoundTrips) {
  const SignedTransaction tx{encode_body(transfer()), {Bytes(64, 1), Bytes(64, 2)}};
  const auto decoded = decode_signed_json(json::serialize(encode_signed_json(tx)));
  ASSERT_TRUE(decoded) << outcome(decoded);
  EXPECT_EQ(*decoded, tx);
  const SignedTransaction largest{Bytes(contracts::kBodyBytesMax),
                                  std::vector<Bytes>(contracts::kSignersMax, Bytes(64))};
  EXPECT_EQ(code(decode_signed_json(json::serialize(encode_signed_json(largest)))), "ok");
}

TEST(SubmissionJson, IsStrict) {
  std::string many = R"({"body": "", "witnesses": [""])";
  many.pop_back();
  for (int i = 0; i < 32; ++i) many += R"(, "")";
  many += "]}";
  const std::string large =
      R"({"body": ")" + to_base64(Bytes(contracts::kBodyBytesMax + 1)) + R"(", "witnesses": []})";
  struct Row {
    std::string text;
    std::string outcome;
  };
  const std::vector<Row> rows{
      {R"({"body": "AQI=", "witnesses": ["Aw=="]})", "ok"},
      {R"({"witnesses": [], "body": ""})", "ok"},
      {R"([])", "not_json 0 0"},
      {R"({"body": "AQI="})", "not_json 0 0"},
      {R"({"body": "AQI=", "witness": []})", "not_json 0 0"},
      {R"({"body": "AQI=", "witnesses": [], "note": 1})", "not_json 0 0"},
      {R"({"body": "AQI=", "body": "AQI=", "witnesses": []})", "not_json 0 0"},
      {R"({"body": null, "witnesses": []})", "not_json 0 0"},
      {R"({"body": "AQI", "witnesses": []})", "not_json 0 0"},
      {R"({"body": "AQJ=", "witnesses": []})", "not_json 0 0"},
      {R"({"body": "AQ_=", "witnesses": []})", "not_json 0 0"},
      {R"({"body": "AQI=", "witnesses": "Aw=="})", "not_json 0 0"},
      {R"({"body": "AQI=", "witnesses": ["Aw==", 7]})", "not_json 1 0"},
      {large, "body_too_large 0 262144"},
      {many, "witness_count 32 32"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(outcome(decode_signed_json(row.text)), row.outcome) << row.text.substr(0, 80);
  }
}

}  // namespace
}  // namespace tally::codec
