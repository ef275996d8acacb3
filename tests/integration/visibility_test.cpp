// Each query as each reader (docs/spec/visibility.md): one row for each, one column for each
// reader.
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "integration/conversation.hpp"
#include "integration/node_process.hpp"
#include "integration/sale.hpp"

namespace tally::test {
namespace {

// Who asks. The buyer is a party of the sale and owns the bag; the shop sold it; the brand made it.
enum Reader : std::size_t { stranger, other, buyer, shop, brand, auditor, readers };

constexpr std::string_view kNames[readers] = {"stranger", "other", "buyer",
                                              "shop",     "brand", "auditor"};

// One query. `expect`: for each reader what it gets: the code of a refusal, or a mark of the answer
// — "full" if `mark` is in the body, "part" if it is answered without.
struct Row {
  std::string what;
  std::string target;
  std::string mark;
  std::array<std::string_view, readers> expect;
};

class Visibility : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    data_ = std::make_unique<TemporaryDirectory>();
    process_ = std::make_unique<NodeProcess>(data_->path());
    ASSERT_TRUE(process_->start());
    node_ = std::make_unique<Conversation>(process_->url());
    found(*node_, {"buyer", "shop", "other"});
    const auto coins =
        settled(node_->settle(node_->timely(issue({coin(50, "buyer"), coin(60, "buyer")}))));
    auto make = node_->draft({"brand"});
    for (const auto* serial : {"SOLD", "OPEN", "KEPT"}) {
      make.make(contracts::Item{bag(serial), contracts::KeyLock{key("shop")}});
    }
    const auto items = settled(node_->settle(
        make.command(contracts::ItemCommission{std::string(kPrefix), hash_of("made"), {}})));
    Sale sale(bag("SOLD"), items, 0, coins, 0, 50);
    while (!sale.done()) {
      const auto answer = node_->submit(sale.next(node_->time_ms()));
      sale_txid_ = answer.text("txid");
      sale.advance(settled(answer));
    }
    sold_ = sale.order_id();
    Sale open(bag("OPEN"), items, 1, coins, 1, 60);
    open.advance(settled(node_->submit(open.next(node_->time_ms()))));
    open_ = open.order_id();
    for (const auto reader : {other, buyer, shop, brand}) {
      tokens_[reader] = node_->sign_in(kNames[reader]);
    }
    tokens_[auditor] = "dev";  // may do anything, so read as an auditor does
    height_ = std::to_string(node_->height());
  }
  static void TearDownTestSuite() {
    node_.reset();
    EXPECT_EQ(process_->stop().code, 0);
    process_.reset();
    data_.reset();
  }

  static Answer ask(const Row& row, std::size_t reader) {
    const auto join = row.target.find('?') == std::string::npos ? "?" : "&";
    return node_->get(row.target + join + "min_height=" + height_, tokens_[reader]);
  }
  static void run(const std::vector<Row>& rows) {
    for (const auto& row : rows) {
      for (std::size_t reader = 0; reader < readers; ++reader) {
        const auto answer = ask(row, reader);
        const auto code = answer.code();
        const bool has_mark = answer.body.find(row.mark) != std::string::npos;
        const auto got = answer.status != 200 ? code : has_mark ? "full" : "part";
        EXPECT_EQ(got, row.expect[reader])
            << row.what << " as " << kNames[reader] << ": " << answer.status << ' ' << answer.body;
      }
    }
  }

  static inline std::unique_ptr<TemporaryDirectory> data_;
  static inline std::unique_ptr<NodeProcess> process_;
  static inline std::unique_ptr<Conversation> node_;
  static inline std::array<std::string, readers> tokens_;
  static inline std::string sale_txid_;
  static inline std::string sold_;
  static inline std::string open_;
  static inline std::string height_;
};

constexpr std::string_view kNone = "token_missing";
constexpr std::string_view kNot = "not_yours";

TEST_F(Visibility, Accounts) {
  const auto base = "/v1/accounts/" + address("buyer");
  const std::array<std::string_view, readers> own{kNone, kNot, "full", kNot, kNot, "full"};
  run({
      // That the account exists is public; since when it is a member is its own.
      {"account", base, R"("since_ms")", {"part", "part", "full", "part", "part", "full"}},
      {"balances", base + "/balances", R"("amount":"60")", own},
      {"outputs", base + "/outputs", R"("amount":"60")", own},
      {"statement", base + "/statement", R"("amount":"-50")", own},
      {"statement in CSV", base + "/statement?format=csv", "TEST,-50", own},
      {"items", base + "/items", "SOLD", own},
      {"orders", base + "/orders", sold_, own},
      {"delegations", base + "/delegations", R"("delegations":[])", own},
      {"agents", base + "/agents", R"("agents":[])", own},
      {"profile", base + "/profile", R"("attributes":[])", own},
      {"items by owner", "/v1/items?owner=" + address("buyer"), "SOLD", own},
      {"orders by party", "/v1/orders?party=" + address("buyer"), sold_, own},
  });
}

TEST_F(Visibility, Transactions) {
  const std::array<std::string_view, readers> parties{"part", "part", "full",
                                                      "full", "part", "full"};
  run({
      // The last step of the sale: the buyer signed, the shop was paid. Place and outcome are
      // public.
      {"transaction", "/v1/transactions/" + sale_txid_, R"("body")", parties},
      {"its place",
       "/v1/transactions/" + sale_txid_,
       R"("position")",
       {"full", "full", "full", "full", "full", "full"}},
      {"block",
       "/v1/blocks/" + height_,
       R"("hash")",
       {"full", "full", "full", "full", "full", "full"}},
      {"a block's bodies",
       "/v1/blocks/" + height_ + "?bodies=true",
       R"("outcomes")",
       {kNone, "scope_missing", "scope_missing", "scope_missing", "scope_missing", "full"}},
  });
  // No block without that question holds a body.
  for (std::uint64_t height = 0; height <= std::stoull(height_); ++height) {
    const auto answer = node_->get("/v1/blocks/" + std::to_string(height));
    EXPECT_EQ(answer.body.find("body"), std::string::npos) << answer.body;
  }
}

TEST_F(Visibility, Orders) {
  const auto order = [](const std::string& id) { return "/v1/orders/" + id; };
  const std::string_view hidden = "order_unknown";  // whether it exists is its parties' to know
  run({
      {"a sale", order(sold_), R"("steps")", {hidden, hidden, "full", "full", hidden, "full"}},
      // An offer to everybody is everybody's to read.
      {"an open offer",
       order(open_),
       R"("price":"60")",
       {"full", "full", "full", "full", "full", "full"}},
      {"the list of offers",
       "/v1/orders?open=true",
       open_,
       {"full", "full", "full", "full", "full", "full"}},
      {"the list of offers holds no sale",
       "/v1/orders?open=true",
       sold_,
       {"part", "part", "part", "part", "part", "part"}},
      {"one's own orders",
       "/v1/orders",
       sold_,
       {kNone, "part", "full", "full", "part", "bad_parameter"}},
  });
}

TEST_F(Visibility, Items) {
  const auto item = "/v1/items/" + bag("SOLD");
  const std::array<std::string_view, readers> all{"full", "full", "full", "full", "full", "full"};
  run({
      {"identity", item, R"("commissioned")", all},
      {"how many owners", item, R"("owners":1)", all},
      // Who owns it: "you" to the owner; nobody else but the auditor, not even the brand after a
      // sale.
      {"that one owns it",
       item,
       R"("owner":"you")",
       {"part", "part", "full", "part", "part", "part"}},
      {"the owner's address",
       item,
       address("buyer"),
       {"part", "part", "part", "part", "part", "full"}},
      {"the seller's address",
       item,
       address("shop"),
       {"part", "part", "part", "part", "part", "part"}},
      {"history: its making", "/v1/item-history/" + bag("SOLD"), "item_commission", all},
      // The sale is its parties' leg. Of owners and prices a stranger learns nothing.
      {"history: its sale",
       "/v1/item-history/" + bag("SOLD"),
       "order_release",
       {"part", "part", "full", "full", "part", "full"}},
      {"history: the order",
       "/v1/item-history/" + bag("SOLD"),
       sold_,
       {"part", "part", "full", "full", "part", "full"}},
      {"the brand's items",
       "/v1/items?prefix=" + std::string(kPrefix),
       "KEPT",
       {kNone, kNot, kNot, kNot, "full", "full"}},
  });
}

TEST_F(Visibility, WhatIsPublicIsTheSameForEveryone) {
  const std::array<std::string_view, readers> all{"full", "full", "full", "full", "full", "full"};
  run({
      {"network", "/v1/network", R"("network_id")", all},
      {"assets", "/v1/assets", R"("supply":"110")", all},
      {"asset", "/v1/assets/TEST", R"("supply":"110")", all},
      // Of few holders the number would tell what they have.
      {"holders",
       "/v1/assets/TEST",
       R"("holders")",
       {"part", "part", "part", "part", "part", "full"}},
  });
}

// A session is the account's for as long as it is not ended.
TEST_F(Visibility, ASessionEnds) {
  const auto token = node_->sign_in("buyer");
  const auto target = "/v1/accounts/" + address("buyer") + "/balances";
  EXPECT_EQ(node_->get(target, token).status, 200);
  const auto ended =
      node_->request("DELETE", "/v1/session", "", "", {{"Authorization", "Bearer " + token}});
  EXPECT_EQ(ended.status, 204);
  EXPECT_EQ(node_->get(target, token).code(), "token_invalid");
}

// A token of fewer powers than its account has.
TEST_F(Visibility, ATokenReachesAsFarAsItsScopes) {
  const auto issue_token = [](std::string_view scope) {
    const auto expires = std::to_string(node_->time_ms() + contracts::kDayMs);
    const auto answer = node_->post(
        "/v1/tokens", "application/json",
        fmt::format(R"({{"scopes":["{}"],"label":"t","expires_ms":"{}"}})", scope, expires),
        tokens_[buyer]);
    EXPECT_TRUE(answer.status == 201 || answer.status == 403) << answer.body;
    return answer;
  };
  const auto target = "/v1/accounts/" + address("buyer") + "/balances";
  EXPECT_EQ(node_->get(target, issue_token("read_own").text("token")).status, 200);
  EXPECT_EQ(node_->get(target, issue_token("capture").text("token")).code(), "scope_missing");
  // Nobody gives itself an auditor's eyes.
  EXPECT_EQ(issue_token("audit").code(), "scope_missing");
}

}  // namespace
}  // namespace tally::test
