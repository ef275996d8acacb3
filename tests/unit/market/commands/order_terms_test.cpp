#include "market/commands/order_terms.hpp"

#include "unit/market/world.hpp"

namespace tally::market {
namespace {

contracts::AssetId asset(std::string_view issuer, std::string_view symbol) {
  return contracts::asset_id(test::key(issuer), *contracts::fold_symbol(symbol));
}

contracts::OrderTerms terms_of(World& w, const std::string& parameters) {
  const auto built = w.build("order_offer", "boutique", parameters);
  if (!built) {
    ADD_FAILURE() << built.error().field << ": " << built.error().detail;
    return {};
  }
  EXPECT_FALSE(built->forecast);
  return std::get<contracts::OrderOffer>(built->transaction.commands.front().body).terms;
}

TEST(OrderTerms, LeftOutHaveDefaults) {
  auto world = furnished();
  contracts::OrderTerms expected;
  expected.seller = test::key("boutique");
  expected.lines = {{kBag, 9'000, {{"colour", contracts::attribute_hash("colour", "black")}}}};
  expected.price_asset = asset("bank", "EUR");
  expected.periods = {.offer_ms = 7 * contracts::kDayMs,
                      .accept_ms = 2 * contracts::kDayMs,
                      .ship_ms = 5 * contracts::kDayMs,
                      .transit_ms = 14 * contracts::kDayMs,
                      .inspect_ms = 2 * contracts::kDayMs,
                      .dispute_ms = 14 * contracts::kDayMs};
  EXPECT_TRUE(terms_of(*world, offer_of(kBag)) == expected);
}

TEST(OrderTerms, SayEverything) {
  auto world = furnished();
  const auto terms = terms_of(
      *world,
      "{'lines': [{'gs1_key': '" + kBag + "', 'price_minor': 9001}, {'gs1_key': '" + kShoe +
          "', 'price': '0.99', 'attributes': {'size': {'hash': '#m'}, 'colour': 'black'}}], "
          "'price_asset': '" +
          asset("bank", "EUR").hex() +
          "', 'accepted_ious': ['BAGCREDIT'], "
          "'named_buyer': '@bo', 'carrier': '@carrier', 'policy': {'accept_commissioned': false, "
          "'verdicts_min': 2}, 'periods': {'offer': '1h', 'accept': '2h', 'ship': '3h', 'transit': "
          "'4h', 'inspect': '5h', 'dispute': '21600000'}, 'accept_at_once': true, 'loyalty': "
          "{'asset': 'POINTS', 'amount_minor': 3}, 'bond_minor': 100, 'dispute_buyer_bps': 6000, "
          "'terms_hash': '#terms'}");
  constexpr auto kHourMs = 60 * contracts::kMinuteMs;
  contracts::OrderTerms expected;
  expected.seller = test::key("boutique");
  expected.named_buyer = test::key("bo");
  expected.carrier = test::key("carrier");
  expected.lines = {
      {kBag, 9'001, {}},
      {kShoe,
       99,
       {{"colour", contracts::attribute_hash("colour", "black")}, {"size", hash_of("m")}}}};
  expected.price_asset = asset("bank", "EUR");
  expected.accepted_ious = {asset("boutique", "BAGCREDIT")};
  expected.policy = {.accept_commissioned = false, .verdicts_min = 2, .verdict_days_max = 365};
  expected.periods = {kHourMs, 2 * kHourMs, 3 * kHourMs, 4 * kHourMs, 5 * kHourMs, 6 * kHourMs};
  expected.accept_at_once = true;
  expected.loyalty = contracts::LoyaltyReward{asset("boutique", "POINTS"), 3};
  expected.bond = 100;
  expected.dispute_buyer_bps = 6'000;
  expected.terms_hash = hash_of("terms");
  EXPECT_TRUE(terms == expected);
}

TEST(OrderTerms, AreRefusedWhereTheyAreWrong) {
  auto world = furnished();
  expect_refusals(
      *world,
      {{"no line", "order_offer", "boutique", "{'lines': [], 'price_asset': 'EUR'}",
        ErrorCode::field_missing, "/lines"},
       {"no such asset", "order_offer", "boutique",
        "{'lines': [{'gs1_key': '" + kBag + "', 'price': '1'}], 'price_asset': 'XXX'}",
        ErrorCode::asset_unknown, "/price_asset"},
       {"no such IOU", "order_offer", "boutique",
        offer_of(kBag, ", 'accepted_ious': ['EUR', 'NONE']"), ErrorCode::asset_unknown,
        "/accepted_ious/1"},
       {"a stage that there is not", "order_offer", "boutique",
        offer_of(kBag, ", 'periods': {'shp': '1h'}"), ErrorCode::unknown_parameter, "/periods/shp"},
       {"no duration", "order_offer", "boutique", offer_of(kBag, ", 'periods': {'ship': 'long'}"),
        ErrorCode::bad_parameter, "/periods/ship"},
       {"too large a number", "order_offer", "boutique",
        offer_of(kBag, ", 'dispute_buyer_bps': 4294967296"), ErrorCode::bad_parameter,
        "/dispute_buyer_bps"},
       {"a bond beyond its means", "order_offer", "boutique", offer_of(kBag, ", 'bond': '100.01'"),
        ErrorCode::not_enough_coins, "/bond", 1}});
}

}  // namespace
}  // namespace tally::market
