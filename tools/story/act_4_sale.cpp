// Act 4: Bo buys the bag, partly with the token and partly with the boutique's own promise; goods
// and money change hands in one transaction.
#include <fmt/format.h>
#include <boost/json.hpp>

#include "codec/receipt.hpp"

#include "story/orders.hpp"

namespace tally::story {

using namespace contracts;

namespace {

// Verified here, from the receipt alone: nothing is asked of the node but what its key is.
std::string judge_receipt(Stage& stage, const Txid& txid) {
  const auto answer = stage.read("/v1/transactions/" + txid.hex() + "/receipt");
  const auto receipt = codec::receipt_from_json(answer.body);
  if (!receipt || receipt->txid != txid || receipt->error) return "no receipt of it";
  const auto network = stage.read("/v1/network");
  if (receipt->node_key.hex() != network.field("node_key") ||
      receipt->network_id.hex() != network.field("network_id")) {
    return "of another node";
  }
  return codec::verify_receipt(*receipt) ? "in the block, signed" : "it does not hold";
}

constexpr std::uint64_t kPrice = 3'800'00;
constexpr std::uint64_t kInTokens = 3'500'00;
constexpr std::uint64_t kInCredit = 450'00;
constexpr std::uint64_t kChange = kInTokens + kInCredit - kPrice;
constexpr std::uint64_t kPoints = 38;
constexpr std::uint64_t kBond = 100'00;

void tell_reputations(Story& story, std::string_view when) {
  auto& stage = story.stage;
  const auto seller = score(stage, kBoutique, "as_seller");
  const auto buyer = score(stage, kBo, "as_buyer");
  stage.show(fmt::format("Reputation {}: the boutique as a seller, Bo as a buyer", when),
             fmt::format("{} and {} of 1000", seller, buyer),
             fmt::format("/v1/accounts/{}/reputation", address_of(kBoutique)));
}

OrderTerms terms_of_sale(const Story& story) {
  auto terms = terms_for(story, kBoutique, story.bags.front(), kPrice);
  for (const auto& [name, value] : story.sample.attributes) {
    terms.lines.front().attributes.push_back({name, attribute_hash(name, value)});
  }
  terms.accepted_ious = {story.credit};
  terms.loyalty = LoyaltyReward{story.points, kPoints};
  terms.bond = kBond;
  return terms;
}

// Everything that the one transaction did, as the ledger has it now.
void check_release(Story& story, const Signed& released) {
  auto& stage = story.stage;
  const auto item = stage.read("/v1/items/" + story.bags.front(), stage.session(kBo));
  stage.require("The bag is Bo's", "owner: you", "owner: " + item.field("owner"),
                scan_path(story.bags.front()), item.us);
  const auto credit = stage.read(fmt::format("/v1/assets/{}", story.credit.hex()));
  stage.expect(
      fmt::format("The boutique's own promise is burned: {}", money(kInCredit, kCreditSymbol)),
      std::to_string(kInCredit), credit.field("asset.burned"),
      fmt::format("/v1/assets/{}", story.credit.hex()), credit.us);
  std::uint64_t change = 0;
  for (const auto& output : released.transaction.outputs) {
    const auto* coin = std::get_if<Coin>(&output);
    if (coin != nullptr && coin->asset == story.token && coin->lock == Lock{KeyLock{key_of(kBo)}}) {
      change += coin->amount;
    }
  }
  stage.expect("Bo's change comes back in kind", money(kChange, kTokenSymbol),
               money(change, kTokenSymbol), "/v1/transactions/" + released.txid.hex());
  const auto points = stage.read(fmt::format("/v1/assets/{}", story.points.hex()));
  stage.expect(fmt::format("Bo gets {} for it", money(kPoints, kPointsSymbol, 0)),
               std::to_string(kPoints), points.field("supply"),
               fmt::format("/v1/assets/{}", story.points.hex()), points.us);
  const auto path = "/v1/transactions/" + released.txid.hex();
  const auto reads = [&](const std::string& token) {
    const auto receipt = stage.read(path, token);
    return receipt.field("body").empty() ? "that it settled" : "all of it";
  };
  stage.expect("What Bo reads of it", "all of it", reads(stage.session(kBo)), path);
  stage.expect("What the boutique reads of it", "all of it", reads(stage.session(kBoutique)), path);
  stage.expect("What a stranger reads of it", "that it settled", reads({}), path);
  stage.expect("The node's receipt holds by itself", "in the block, signed",
               judge_receipt(stage, released.txid), path + "/receipt");
}

}  // namespace

std::uint64_t score(Stage& stage, const std::string& name, std::string_view side) {
  const auto answer =
      stage.read(fmt::format("/v1/accounts/{}/reputation", address_of(name)), stage.session(name));
  if (!answer.ok()) throw StoryBroken("the reputation of " + name + ": " + answer.describe());
  return answer.number(fmt::format("{}.score", side));
}

void sell_bag(Story& story) {
  auto& stage = story.stage;
  stage.report().begin_act(4, "Bo buys the bag");
  tell_reputations(story, "before");
  const auto terms = terms_of_sale(story);
  story.sold_title = stage.purse().item(kBoutique, story.bags.front());
  const auto offered =
      stage.expect_settled(fmt::format("The boutique offers it for {}, if two verdicts hold",
                                       money(kPrice, kTokenSymbol)),
                           offer(story, kBoutique, terms));
  const auto id = order_of(offered);
  stage.expect_settled(fmt::format("Bo funds it: {} and {}", money(kInTokens, kTokenSymbol),
                                   money(kInCredit, kCreditSymbol)),
                       fund(story, id, kBo, {{story.token, kInTokens}, {story.credit, kInCredit}}));
  stage.expect_settled("The boutique accepts and reserves the points",
                       accept(story, id, kBoutique));
  stage.expect_settled("It ships, with a commitment to the tracking number",
                       ship(story, id, kBoutique, "parcel 1"));
  stage.expect_settled("Bo says that it was delivered", deliver(story, id, kBo));
  const auto released = stage.expect_settled(
      "Bo releases: bag, price, change, burn, points and bond in one transaction",
      release(story, id, kBo));
  check_release(story, released);
  tell_reputations(story, "after");
  const auto sales = stage.read(fmt::format("/v1/accounts/{}/reputation", address_of(kBoutique)));
  stage.expect("Everybody may see that the boutique has kept its word once", "1",
               sales.field("as_seller.totals.released"),
               fmt::format("/v1/accounts/{}/reputation", address_of(kBoutique)), sales.us);
}

}  // namespace tally::story
