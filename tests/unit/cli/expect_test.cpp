#include "cli/expect.hpp"

#include <gtest/gtest.h>

#include "client/development.hpp"
#include "codec/genesis.hpp"
#include "codec/json.hpp"
#include "codec/transaction.hpp"
#include "contracts/address.hpp"
#include "contracts/order/order_flow.hpp"
#include "unit/cli/person.hpp"
#include "unit/cli/scripted_node.hpp"

namespace tally::cli {
namespace {

using namespace contracts;

constexpr std::uint64_t kUntil = 1'800'000'000'000;

PublicKey key_of(std::string_view name) {
  return crypto::public_key(client::development_key(name));
}
Lock lock_to(std::string_view name) { return KeyLock{key_of(name)}; }

AssetEntry asset(std::string_view symbol, std::string_view issuer) {
  AssetEntry out;
  out.issuer = key_of(issuer);
  out.symbol = symbol;
  out.decimals = 2;
  out.id = asset_id(out.issuer, *fold_symbol(symbol));
  return out;
}

// An asker, a node that may lie, and what the asker holds against it.
class Expect : public testing::Test {
 protected:
  Expect() {
    network_ = network_id(codec::encode_genesis(client::development_genesis()));
    scripted_.answer("/v1/network", R"({"name":"dev","kind":"development","network_id":")" +
                                        network_.hex() + "\"}");
    put(eur_);
    auto node = Node::open(scripted_.url(), {}, person_);
    EXPECT_TRUE(node);
    node_.emplace(std::move(*node));
  }

  void put(const AssetEntry& entry) {
    const auto view = json::serialize(
        json::object{{"asset", codec::to_json(RegistryEntry(entry), NetworkKind::development)}});
    scripted_.answer("/v1/assets/" + entry.symbol, view);
    scripted_.answer("/v1/assets/" + entry.id.hex(), view);
  }
  // The node shows the body that made this output.
  Input made(Output output) {
    Transaction tx = empty();
    tx.commands = {{{}, {}, AssetTransfer{}}};
    tx.outputs = {std::move(output)};
    const auto body = codec::encode_body(tx);
    const auto txid = contracts::txid(network_, body);
    scripted_.answer("/v1/transactions/" + txid.hex(),
                     json::serialize(json::object{{"body", to_base64(body)}}));
    return {7, {txid, 0}, std::nullopt};
  }
  [[nodiscard]] Transaction empty() const {
    Transaction tx;
    tx.version = kTransactionVersion;
    tx.network_id = network_;
    tx.signers = {key_of("ana")};
    tx.valid_until_ms = kUntil;
    tx.idempotency_key = {1, 2, 3};
    return tx;
  }
  [[nodiscard]] static Asked asked(std::string command, std::string_view parameters) {
    Asked out;
    out.command = std::move(command);
    out.parameters = codec::parse_json(parameters, 1 << 16).value().as_object();
    out.account = key_of("ana");
    out.own_keys = {key_of("ana")};
    out.valid_until_ms_max = kUntil;
    out.idempotency_key = {1, 2, 3};
    return out;
  }
  Result<void> judge(const Asked& wish, const Transaction& built) {
    if (auto ready = prepare(wish, *node_, NetworkKind::development); !ready) return ready;
    return check(wish, built, *node_);
  }
  void accepts(const Asked& wish, const Transaction& built) {
    const auto verdict = judge(wish, built);
    EXPECT_TRUE(verdict) << verdict.error().message;
  }
  void refuses(const Asked& wish, const Transaction& built, std::string_view what) {
    const auto verdict = judge(wish, built);
    ASSERT_FALSE(verdict) << what;
    EXPECT_EQ(verdict.error().code, "not_as_asked") << what << ": " << verdict.error().message;
  }

  test::Person person_;
  test::ScriptedNode scripted_;
  NetworkId network_;
  AssetEntry eur_ = asset("EUR", "issuer");
  std::optional<Node> node_;
};

class Payment : public Expect {
 protected:
  Payment()
      : wish_(asked("asset_transfer", R"({"payments": [{"to": ")" + key_of("bo").hex() +
                                          R"(", "asset": "EUR", "amount": "12.50"}]})")),
        built_(empty()) {
    built_.inputs = {{3, {Txid{{9}}, 0}, std::nullopt}};
    built_.outputs = {Coin{eur_.id, 1250, lock_to("bo")}, Coin{eur_.id, 87'50, lock_to("ana")}};
    built_.commands = {{{0}, {0, 1}, AssetTransfer{}}};
  }
  Asked wish_;
  Transaction built_;
};

TEST_F(Payment, AsAsked) { accepts(wish_, built_); }

TEST_F(Payment, EveryLieIsRefused) {
  struct Lie {
    std::string_view what;
    std::function<void(Transaction&)> tell;
  };
  const auto coin = [](Transaction& tx, std::size_t i) -> Coin& {
    return std::get<Coin>(tx.outputs[i]);
  };
  for (const auto& [what, tell] : std::initializer_list<Lie>{
           {"a larger amount", [&](auto& tx) { coin(tx, 0).amount = 1251; }},
           {"a smaller amount", [&](auto& tx) { coin(tx, 0).amount = 1249; }},
           {"somebody else is paid", [&](auto& tx) { coin(tx, 0).lock = lock_to("mallory"); }},
           {"another asset", [&](auto& tx) { coin(tx, 0).asset = AssetId{{5}}; }},
           {"the change goes elsewhere", [&](auto& tx) { coin(tx, 1).lock = lock_to("mallory"); }},
           {"a payment more",
            [&](auto& tx) {
              tx.outputs.push_back(Coin{eur_.id, 1, lock_to("mallory")});
              tx.commands[0].outputs.push_back(2);
            }},
           {"the payment is missing",
            [&](auto& tx) {
              tx.outputs.erase(tx.outputs.begin());
              tx.commands[0].outputs = {0};
            }},
           {"another command", [](auto& tx) { tx.commands[0].body = AssetBurn{AssetId{}, 1250}; }},
           {"a command more",
            [](auto& tx) { tx.commands.push_back({{}, {}, MemberAdmit{{key_of("mallory")}}}); }},
           {"somebody else signs first", [](auto& tx) { tx.signers = {key_of("mallory")}; }},
           {"nobody signs", [](auto& tx) { tx.signers.clear(); }},
           {"it is valid for longer", [](auto& tx) { tx.valid_until_ms = kUntil + 1; }},
           {"another idempotency key", [](auto& tx) { tx.idempotency_key = {4}; }},
           {"a note", [](auto& tx) { tx.note_hash = Hash32{1}; }},
           {"a delegation",
            [](auto& tx) { tx.references = {{delegation_key(key_of("brand"), key_of("ana"))}}; }},
           {"another network", [](auto& tx) { tx.network_id = NetworkId{{1}}; }}}) {
    auto built = built_;
    tell(built);
    refuses(wish_, built, what);
  }
}

TEST_F(Payment, AnAssetThatIsNotWhatItsIdSaysIsRefused) {
  auto forged = eur_;
  forged.issuer = key_of("mallory");
  const auto view = json::serialize(
      json::object{{"asset", codec::to_json(RegistryEntry(forged), NetworkKind::development)}});
  scripted_.answer("/v1/assets/EUR", view);
  EXPECT_EQ(judge(wish_, built_).error().code, "bad_answer");
}

TEST_F(Payment, AnotherAssetThanAskedForIsRefused) {
  const auto other = asset("USD", "issuer");
  scripted_.answer("/v1/assets/EUR",
                   json::serialize(json::object{
                       {"asset", codec::to_json(RegistryEntry(other), NetworkKind::development)}}));
  EXPECT_EQ(judge(wish_, built_).error().code, "bad_answer");
}

TEST_F(Payment, OfTwoKeysHereOnesCoinsAreNotTheOthersChange) {
  wish_.own_keys.push_back(key_of("bo"));
  built_.signers.push_back(key_of("bo"));
  built_.inputs = {made(Coin{eur_.id, 100'00, lock_to("bo")})};
  refuses(wish_, built_, "bo's coin, ana's change");
  built_.inputs = {made(Coin{eur_.id, 100'00, lock_to("ana")})};
  accepts(wish_, built_);
}

TEST_F(Payment, MistakesInParametersAreUsage) {
  for (const auto* parameters :
       {"{}", R"({"payments": []} )", R"({"payment": []})", R"({"payments": [{"to": "x"}]})"}) {
    const auto verdict = judge(asked("asset_transfer", parameters), built_);
    ASSERT_FALSE(verdict) << parameters;
  }
  EXPECT_EQ(judge(asked("asset_transfer", R"({"payment": []})"), built_).error().exit,
            ExitCode::kUsage);
}

TEST_F(Expect, WhatSpendsNothingIsMadeAgainByTheBuilder) {
  const auto wish = asked("member_admit", R"({"keys": [")" + key_of("bo").hex() + R"("]})");
  auto built = empty();
  built.commands = {{{}, {}, MemberAdmit{{key_of("bo")}}}};
  accepts(wish, built);
  auto more = built;
  more.commands[0].body = MemberAdmit{{key_of("bo"), key_of("mallory")}};
  refuses(wish, more, "a member more");
  auto spends = built;
  spends.inputs = {{3, {Txid{{9}}, 0}, std::nullopt}};
  spends.commands[0].inputs = {0};
  refuses(wish, spends, "it spends");
}

TEST_F(Expect, OnlyTheNamedItemsEnd) {
  const auto item = std::string("01/09521141000007/21/0001");
  const auto wish =
      asked("item_decommission",
            R"({"gs1_keys": [")" + item + R"("], "event_hash": ")" + to_hex(Hash32{1}) + "\"}");
  auto built = empty();
  built.commands = {{{0}, {}, ItemDecommission{Hash32{1}}}};
  built.inputs = {made(Item{item, lock_to("ana")})};
  accepts(wish, built);
  built.inputs = {made(Item{"01/09521141000007/21/0002", lock_to("ana")})};
  refuses(wish, built, "another item");
  built.inputs = {made(Coin{eur_.id, 5, lock_to("ana")})};
  refuses(wish, built, "a coin");
}

TEST_F(Expect, ABodyOfAnotherTransactionProvesNothing) {
  const auto wish = asked("item_decommission", R"({"gs1_keys": ["01/09521141000007/21/0001"],
                          "event_hash": ")" + to_hex(Hash32{1}) +
                                                   "\"}");
  auto built = empty();
  built.commands = {{{0}, {}, ItemDecommission{Hash32{1}}}};
  built.inputs = {made(Item{"01/09521141000007/21/0001", lock_to("ana")})};
  const auto body = codec::encode_body(built);
  scripted_.answer("/v1/transactions/" + built.inputs[0].outpoint.txid.hex(),
                   json::serialize(json::object{{"body", to_base64(body)}}));
  EXPECT_EQ(judge(wish, built).error().code, "bad_answer");
}

class Orders : public Expect {
 protected:
  Orders() {
    OrderTerms terms;
    terms.seller = key_of("boutique");
    terms.lines = {{"01/09521141000007/21/0001", 100'00, {}}};
    terms.price_asset = eur_.id;
    order_ = offered_order(terms, {Txid{{9}}, 0});
  }
  [[nodiscard]] std::string named() const { return R"({"order": ")" + order_.id.hex() + "\"}"; }
  Order order_;
};

TEST_F(Orders, FundingPaysThePriceOfThisOrder) {
  const auto wish = asked("order_fund", named());
  const std::vector<Holding> payment{{eur_.id, 100'00}};
  auto built = empty();
  built.inputs = {{3, {Txid{{9}}, 1}, std::nullopt}, {4, {Txid{{9}}, 2}, std::nullopt}};
  built.outputs = {funded_order(order_, key_of("ana"), payment, true)};
  built.commands = {{{0, 1}, {0}, OrderFund{key_of("ana"), payment}}};
  accepts(wish, built);
  auto dearer = built;
  const std::vector<Holding> more{{eur_.id, 101'00}};
  dearer.outputs = {funded_order(order_, key_of("ana"), more, true)};
  dearer.commands[0].body = OrderFund{key_of("ana"), more};
  refuses(wish, dearer, "more than the price");
  auto another = built;
  std::get<Order>(another.outputs[0]).id = OrderId{{1}};
  refuses(wish, another, "another order");
}

TEST_F(Orders, ReleasePaysWhatTheOrderThatIsSpentSays) {
  auto delivered = delivered_order(funded_order(order_, key_of("ana"), {{eur_.id, 100'00}}, false));
  const auto wish = asked("order_release", named());
  auto built = empty();
  built.inputs = {made(delivered)};
  built.outputs = {Item{"01/09521141000007/21/0001", lock_to("ana")},
                   Coin{eur_.id, 100'00, lock_to("boutique")}};
  built.commands = {{{0}, {0, 1}, OrderRelease{}}};
  accepts(wish, built);
  auto stolen = built;
  std::get<Item>(stolen.outputs[0]).lock = lock_to("mallory");
  refuses(wish, stolen, "the item goes elsewhere");
  delivered.id = OrderId{{1}};
  auto another = built;
  another.inputs = {made(delivered)};
  refuses(wish, another, "another order");
}

}  // namespace
}  // namespace tally::cli
