// The fixture of the refusals: a node with members, an asset, coins and two bags, and tables of
// what it must refuse and how.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "integration/conversation.hpp"
#include "integration/node_process.hpp"

namespace tally::test {

using namespace contracts;

inline constexpr std::string_view kProtobuf = "application/x-protobuf";

enum class Fate { final, open };  // whether the transaction's fate is decided

struct Row {
  ErrorCode code;
  int status;
  Fate fate;
  std::uint32_t index;
  std::function<Answer()> provoke;
};

// A node with members, an asset, coins and a bag, for all rows: each breaks something on its own.
class Refusals : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    data_ = std::make_unique<TemporaryDirectory>();
    process_ = std::make_unique<NodeProcess>(data_->path());
    ASSERT_TRUE(process_->start());
    node_ = std::make_unique<Conversation>(process_->url());
    found(*node_, {"ana", "bo", "gone", "shop", "agent", "appraiser"});
    next_coin_ = 0;
    coins_ = settled(node_->settle(node_->timely(issue(std::vector(40, coin(100, "ana"))))));
    auto commission = draft({"brand"});
    commission.make(Item{bag("ONE"), KeyLock{key("ana")}})
        .make(Item{bag("TWO"), KeyLock{key("ana")}});
    items_ = settled(node_->settle(
        commission.command(ItemCommission{std::string(kPrefix), hash_of("made"), {}})));
  }
  static void TearDownTestSuite() {
    node_.reset();
    EXPECT_EQ(process_->stop().code, 0);
    process_.reset();
    data_.reset();
  }

  static Draft draft(std::vector<std::string_view> signers) {
    return node_->draft(std::move(signers));
  }
  static Draft two_operators(CommandBody body) {
    return draft({"operator-1", "operator-2"}).command(std::move(body));
  }
  static Answer submit(const Draft& what) { return node_->submit(what); }

  // ana pays bo; every call spends a coin that no other call spends, unless it never settles.
  static Draft payment() {
    auto out = draft({"ana"});
    test::spend(out, coins_, next_coin_++);
    return out.make(coin(100, "bo")).command(AssetTransfer{});
  }
  // The same, with the body changed before it is signed.
  static Draft changed(const std::function<void(Transaction&)>& change) {
    auto out = draft({"ana"});
    test::spend(out, coins_, 39);
    out.make(coin(100, "bo")).command(AssetTransfer{});
    change(out.tx);
    return out;
  }
  static Answer submit_changed(const std::function<void(Transaction&)>& change) {
    return submit(changed(change));
  }
  // The body as bytes, changed and signed again.
  static Answer submit_bytes(const std::function<void(Bytes&)>& change) {
    auto out = changed([](Transaction&) {}).sign();
    change(out.body);
    const auto id = txid(network(), out.body);
    const auto signature = crypto::sign(client::development_key("ana"), id.bytes);
    out.witnesses = {Bytes(signature.bytes.begin(), signature.bytes.end())};
    return node_->submit(out);
  }
  static Answer submit_with_witnesses(const Draft& what,
                                      const std::function<void(std::vector<Bytes>&)>& change) {
    auto out = what.sign();
    change(out.witnesses);
    return node_->submit(out);
  }
  // A coin of ana's under some lock, and an attempt to spend it.
  static Answer spend_locked(const Lock& lock, std::optional<Hash32> preimage = {}) {
    auto out = draft({"ana"});
    test::spend(out, coins_, next_coin_++);
    out.make(Coin{test_asset(), 100, lock}).command(AssetTransfer{});
    const auto locked = settled(node_->settle(out));
    auto attempt = draft({"ana"});
    test::spend(attempt, locked);
    attempt.tx.inputs.front().preimage = preimage;
    return submit(attempt.make(coin(100, "ana")).command(AssetTransfer{}));
  }
  static AssetDefine utility(std::string symbol) {
    AssetDefine define;
    define.issuer = key("issuer");
    define.kind = AssetKind::utility;
    define.symbol = std::move(symbol);
    define.policies.supply_max = 1'000;
    return define;
  }
  static Answer define(const AssetDefine& body) { return submit(draft({"issuer"}).command(body)); }
  static Answer commission(std::string gs1_key, std::string prefix = std::string(kPrefix),
                           std::string_view signer = "brand") {
    auto out = draft({signer});
    out.make(Item{std::move(gs1_key), KeyLock{key("ana")}});
    return submit(out.command(ItemCommission{std::move(prefix), hash_of("made"), {}}));
  }
  static OrderTerms terms() {
    OrderTerms out;
    out.seller = key("ana");
    out.lines = {{.gs1_key = bag("ONE"), .price = 50, .attributes = {}}};
    out.price_asset = test_asset();
    out.periods = {kDayMs, kDayMs, kDayMs, kDayMs, kDayMs, kDayMs};
    return out;
  }

  static void run(const std::vector<Row>& rows);

  static inline std::unique_ptr<TemporaryDirectory> data_;
  static inline std::unique_ptr<NodeProcess> process_;
  static inline std::unique_ptr<Conversation> node_;
  static inline Settled coins_;
  static inline Settled items_;
  static inline std::uint32_t next_coin_ = 0;
};

inline void Refusals::run(const std::vector<Row>& rows) {
  for (const auto& row : rows) {
    SCOPED_TRACE(name(row.code));
    const auto answer = row.provoke();
    EXPECT_EQ(answer.code(), name(row.code)) << answer.body;
    EXPECT_EQ(answer.status, row.status) << answer.body;
    EXPECT_EQ(answer.content_type, "application/problem+json");
    EXPECT_EQ(answer.text("type"), "urn:tally:problem:" + std::string(name(row.code)));
    EXPECT_EQ(answer.number("number"), static_cast<std::uint64_t>(row.code));
    EXPECT_EQ(answer.number("status"), static_cast<std::uint64_t>(row.status));
    EXPECT_EQ(answer.text("class"), name(error_class(row.code)));
    EXPECT_EQ(answer.text("retry"), name(retry(row.code)));
    EXPECT_EQ(answer.text("title"), title(row.code));
    const auto* final_member = answer.json.if_contains("final");
    ASSERT_NE(final_member, nullptr) << answer.body;
    EXPECT_EQ(*final_member == true, row.fate == Fate::final) << answer.body;
    EXPECT_EQ(answer.number("index"), row.index) << answer.body;
  }
}

}  // namespace tally::test
