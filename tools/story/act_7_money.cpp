// Act 7, first half: what must fail with money.
#include <fmt/format.h>
#include <boost/json.hpp>

#include "story/orders.hpp"

namespace tally::story {

using namespace contracts;

namespace {

constexpr std::uint64_t kTen = 10'00;

void same_coin_twice(Story& story) {
  auto& stage = story.stage;
  const auto coin = stage.purse().coin(kAna, story.token, kTen);
  stage.expect_settled("Ana pays Bo with a coin", pay(kAna, kBo, coin, kTen));
  stage.expect_code("She pays Cai with the same coin", pay(kAna, kCai, coin, kTen),
                    ErrorCode::already_spent);
}

// The same coin in one transaction twice, which Bitcoin once let through (CVE-2018-17144).
void same_coin_inside(Story& story) {
  const auto coin = story.stage.purse().coin(kAna, story.token, kTen);
  const auto amount = std::get<Coin>(coin.output).amount;
  Draft draft({kAna});
  draft.spend(coin).spend(coin);
  draft.make(Coin{story.token, 2 * amount, KeyLock{key_of(kAna)}}).command(AssetTransfer{});
  story.stage.expect_code("She names one coin twice in one transaction", draft,
                          ErrorCode::duplicate_input);
}

void money_from_nothing(Story& story) {
  const auto coin = story.stage.purse().coin(kAna, story.token, kTen);
  const auto amount = std::get<Coin>(coin.output).amount;
  Draft draft({kAna});
  draft.spend(coin).make(Coin{story.token, amount + 1, KeyLock{key_of(kAna)}});
  draft.command(AssetTransfer{});
  story.stage.expect_code("More comes out than goes in", draft, ErrorCode::not_conserved);
}

void look_alike(Story& story) {
  AssetDefine define;
  define.issuer = key_of(kMallory);
  define.kind = AssetKind::utility;
  define.symbol = "EVRT";  // looks like EURT
  define.decimals = 2;
  define.policies.supply_max = 1'000'000'00;
  Draft draft({kMallory});
  draft.command(std::move(define));
  story.stage.expect_code("Mallory defines a look-alike token, EVRT", draft,
                          ErrorCode::symbol_taken);
}

void forged(Story& story) {
  auto& stage = story.stage;
  const auto draft = pay(story, kAna, kMallory, story.token, kTen);
  const auto transaction = stage.sign(draft).transaction;
  stage.expect_code("Mallory forges Ana's signature", story::sign(transaction, {kMallory}),
                    ErrorCode::bad_signature);
  Draft own({kMallory});
  const auto coin = stage.purse().coin(kAna, story.token, kTen);
  own.spend(coin);
  own.make(Coin{story.token, std::get<Coin>(coin.output).amount, KeyLock{key_of(kMallory)}});
  own.command(AssetTransfer{});
  stage.expect_code("Mallory spends Ana's coin with his own signature", own,
                    ErrorCode::signature_missing);
}

void signature_missing(Story& story) {
  auto& stage = story.stage;
  const auto whole = stage.sign(pay(story, kAna, kBo, story.token, kTen));
  auto without = whole;
  without.bytes.witnesses.clear();
  stage.expect_code("Bo sends Ana's payment without her signature", without,
                    ErrorCode::witness_count);
  stage.expect_settled("Sent properly afterwards, the same payment settles", whole);
}

void other_network(Story& story) {
  auto draft = pay(story, kAna, kBo, story.token, kTen);
  draft.network(NetworkId{document_hash("another network")});
  story.stage.expect_code("A payment of another network is replayed here", draft,
                          ErrorCode::wrong_network);
}

void expired(Story& story) {
  auto draft = pay(story, kAna, kBo, story.token, kTen);
  draft.valid_until(story.stage.time_ms() - 1'000);
  story.stage.expect_code("A transaction that was valid until a second ago", draft,
                          ErrorCode::expired);
}

void idempotency(Story& story) {
  auto& stage = story.stage;
  auto invoice = pay(story, kAna, kBo, story.token, kTen);
  invoice.idempotency_key("invoice-4711");
  const auto paid = stage.expect_settled("Ana pays invoice 4711 under an idempotency key", invoice);
  auto again = pay(story, kAna, kBo, story.token, 2 * kTen);
  again.idempotency_key("invoice-4711");
  stage.expect_code("The same key with other content", again, ErrorCode::idempotency_conflict);
  const auto before = stage.purse().balance(kAna, story.token);
  const auto repeated =
      stage.node().call({.method = "POST",
                         .target = "/v1/transactions",
                         .content_type = "application/x-protobuf",
                         .body = std::string(as_text(codec::encode_signed(paid.bytes)))});
  stage.expect("The same bytes again get the first answer, and nothing is paid twice",
               "settled " + paid.txid.hex().substr(0, 8),
               fmt::format("{} {}", repeated.field("outcome"), repeated.field("txid").substr(0, 8)),
               "/v1/transactions/" + paid.txid.hex(), repeated.us);
  const auto balances =
      stage.read(fmt::format("/v1/accounts/{}/balances", address_of(kAna)), stage.session(kAna));
  std::uint64_t after = 0;
  if (const auto* rows = member(balances.body, "balances").if_array()) {
    for (const auto& row : *rows) {
      if (text_of(member(row, "asset")) == story.token.hex())
        after = number_of(member(row, "amount"));
    }
  }
  stage.expect("What Ana has left, as the node counts it", money(before, kTokenSymbol),
               money(after, kTokenSymbol), {}, balances.us);
}

void frozen(Story& story) {
  auto& stage = story.stage;
  const auto freeze = [&](bool on) {
    Draft draft({kBoutique});
    draft.command(AssetFreeze{story.credit, std::nullopt, on});
    return draft;
  };
  stage.expect_settled("The boutique freezes its store credit", freeze(true));
  stage.expect_code("Ana passes frozen credit on", pay(story, kAna, kCai, story.credit, kTen),
                    ErrorCode::asset_frozen);
  stage.expect_settled("The boutique unfreezes it", freeze(false));
  auto later = pay(story, kAna, kCai, story.credit, kTen);
  later.valid_until(stage.time_ms() + 60'000);  // other bytes: a rejection is final
  stage.expect_settled("Now Ana's credit passes", later);
}

}  // namespace

void refuse_money(Story& story) {
  story.stage.report().begin_act(7, "What must fail");
  same_coin_twice(story);
  same_coin_inside(story);
  money_from_nothing(story);
  look_alike(story);
  forged(story);
  signature_missing(story);
  other_network(story);
  expired(story);
  idempotency(story);
  frozen(story);
}

}  // namespace tally::story
