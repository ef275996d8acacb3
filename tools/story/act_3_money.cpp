// Act 3: a licensed issuer issues a payment token, the boutique its store credit; Ana passes some
// of hers on to Bo, with a transaction that the node builds and her wallet checks before it signs.
#include <fmt/format.h>
#include <boost/json.hpp>

#include "contracts/limits.hpp"
#include "market/check_built.hpp"
#include "story/acts.hpp"

namespace tally::story {

using namespace contracts;

namespace {

constexpr std::uint64_t kSupplyMaxMinor = 1'000'000'000'00;

AssetDefine definition(const std::string& issuer, AssetKind kind, std::string_view symbol) {
  AssetDefine define;
  define.issuer = key_of(issuer);
  define.kind = kind;
  define.symbol = symbol;
  define.decimals = 2;
  define.policies.supply_max = kSupplyMaxMinor;
  return define;
}

Draft issue(const std::string& issuer, const AssetId& asset,
            const std::vector<std::pair<std::string, std::uint64_t>>& amounts) {
  Draft draft({issuer});
  std::uint64_t total = 0;
  for (const auto& [name, amount] : amounts) {
    draft.make(Coin{asset, amount, KeyLock{key_of(name)}});
    total += amount;
  }
  draft.command(AssetIssue{asset, total});
  return draft;
}

void issue_token(Story& story) {
  auto& stage = story.stage;
  Draft draft({kIssuer});
  draft.command(definition(kIssuer, AssetKind::payment, kTokenSymbol));
  stage.expect_settled(fmt::format("A licensed issuer defines the payment token {}", kTokenSymbol),
                       draft, fmt::format("/v1/assets/{}", story.token.hex()));
  stage.expect_settled("It issues tokens to Ana, Bo, Cai and the boutique, against money outside",
                       issue(kIssuer, story.token,
                             {{kAna, 2'500'00},
                              {kBo, 5'000'00},
                              {kBo, 4'000'00},
                              {kCai, 6'000'00},
                              {kBoutique, 400'00},
                              {kBoutique, 100'00}}));
}

void issue_credit(Story& story) {
  auto& stage = story.stage;
  auto credit = definition(kBoutique, AssetKind::iou, kCreditSymbol);
  credit.policies.freezable = true;
  IouTerms terms;
  terms.promised_asset = story.token;
  terms.maturity_ms = stage.time_ms() + 365 * kDayMs;
  terms.grace_ms = 30 * kDayMs;
  terms.accepted_at = {key_of(kBoutique)};
  terms.document_hash = document_hash("terms of the store credit");
  credit.terms = terms;
  auto points = definition(kBoutique, AssetKind::loyalty, kPointsSymbol);
  points.decimals = 0;
  Draft define({kBoutique});
  define.command(std::move(credit)).command(std::move(points));
  stage.expect_settled(
      fmt::format("The boutique defines store credit, {}, and points", kCreditSymbol), define,
      fmt::format("/v1/assets/{}", story.credit.hex()));
  stage.expect_settled(
      fmt::format("Ana returns a scarf and gets {} for it", money(600'00, kCreditSymbol)),
      issue(kBoutique, story.credit, {{kAna, 600'00}}));
}

// What Ana's wallet does: asks for a transaction, looks whether it is the one she wants, signs.
Signed build_transfer(Story& story, std::uint64_t amount) {
  auto& stage = story.stage;
  stage.read("/v1/network");  // the builder sees what has settled
  const auto until_ms = stage.time_ms() + 10 * kMinuteMs;
  const auto built = stage.node().post("/v1/build/asset_transfer",
                                       {{"account", address_of(kAna)},
                                        {"valid_until", std::to_string(until_ms)},
                                        {"payments",
                                         {{{"to", address_of(kBo)},
                                           {"asset", kCreditSymbol},
                                           {"amount_minor", std::to_string(amount)}}}}},
                                       stage.session(kAna));
  const auto body = from_base64(built.field("body"));
  if (!built.ok() || !body) throw StoryBroken("nothing is built: " + built.describe());
  auto transaction = codec::decode_body(*body);
  if (!transaction) throw StoryBroken("what the node built does not decode");
  const auto wanted = market::expect_payment(
      stage.network_id(), key_of(kAna), {{story.credit, amount, KeyLock{key_of(kBo)}}}, until_ms);
  const auto right = market::check_built(*transaction, wanted);
  stage.require("The node builds Ana's transfer; her wallet checks it before it signs",
                "as she asked", right ? "as she asked" : "something else", "/v1/build", built.us);
  return story::sign(std::move(*transaction), {kAna});
}

}  // namespace

void issue_money(Story& story) {
  auto& stage = story.stage;
  stage.report().begin_act(3, "Money, store credit, and a gift");
  story.token = asset_id(key_of(kIssuer), *fold_symbol(kTokenSymbol));
  story.credit = asset_id(key_of(kBoutique), *fold_symbol(kCreditSymbol));
  story.points = asset_id(key_of(kBoutique), *fold_symbol(kPointsSymbol));
  issue_token(story);
  issue_credit(story);
  constexpr std::uint64_t kGift = 450'00;
  const auto transfer = build_transfer(story, kGift);
  stage.expect_settled(fmt::format("Ana transfers {} to Bo", money(kGift, kCreditSymbol)),
                       transfer);
}

}  // namespace tally::story
