#include "market/commands/order_terms.hpp"

#include "contracts/limits.hpp"
#include "market/commands/commands.hpp"

namespace tally::market {
namespace {

using contracts::kDayMs;

constexpr contracts::OrderPeriods kPeriodsDefault{.offer_ms = 7 * kDayMs,
                                                  .accept_ms = 2 * kDayMs,
                                                  .ship_ms = 5 * kDayMs,
                                                  .transit_ms = 14 * kDayMs,
                                                  .inspect_ms = 2 * kDayMs,
                                                  .dispute_ms = 14 * kDayMs};
constexpr std::uint32_t kVerdictDaysDefault = 365;

ParameterSchema lines_parameter() {
  return list_of(with_members(
      required("lines", ParameterType::object, "What is sold.",
               R"({"gs1_key": "01/09521141000007/21/0001", "price": "890.00"})"),
      {required("gs1_key", ParameterType::gs1_key, "Which item.", kItemExample),
       required("price", ParameterType::amount, "In whole units of the price's asset.",
                R"("890.00")"),
       instead_of("price",
                  optional("price_minor", ParameterType::number, "In minor units.", R"("89000")")),
       optional("attributes", ParameterType::attributes, "What the seller says of it.",
                R"({"colour": "black"})")}));
}

ParameterSchema policy_parameter() {
  return with_members(
      optional("policy", ParameterType::object, "What makes the goods authentic enough.",
               R"({"verdicts_min": 2, "verdict_days_max": 90})"),
      {optional("accept_commissioned", ParameterType::boolean,
                "Whether it is enough that the brand commissioned them; true if left out.", "true"),
       optional("verdicts_min", ParameterType::number,
                "Or how many verdicts `genuine`; 0 if left out: verdicts do not count.", "2"),
       optional("verdict_days_max", ParameterType::number,
                "Not older than so many days; 365 if left out.", "90")});
}

ParameterSchema periods_parameter() {
  const auto period = [](std::string_view name, std::string_view doc, std::string_view example) {
    return optional(name, ParameterType::duration, doc, example);
  };
  return with_members(
      optional("periods", ParameterType::object, "How long each stage may last.",
               R"({"ship": "5d"})"),
      {period("offer", "For somebody to fund it; 7d if left out.", R"("7d")"),
       period("accept", "For the seller to accept; 48h if left out.", R"("48h")"),
       period("ship", "For the seller to ship; 5d if left out.", R"("5d")"),
       period("transit", "On the way; 14d if left out.", R"("14d")"),
       period("inspect", "For the buyer to release; 48h if left out.", R"("48h")"),
       period("dispute", "Until the split agreed in advance; 14d if left out.", R"("14d")")});
}

std::vector<contracts::OrderLine> read_lines(const Parameters& p,
                                             const contracts::AssetEntry* price_asset) {
  std::vector<contracts::OrderLine> lines;
  for (const auto& line : p.objects("lines")) {
    lines.push_back({line.gs1_key("gs1_key"), line.amount("price", price_asset),
                     line.attributes("attributes")});
  }
  return lines;
}

contracts::AuthenticityPolicy read_policy(const Parameters& p) {
  contracts::AuthenticityPolicy policy;
  policy.accept_commissioned = p.boolean("accept_commissioned", true);
  policy.verdicts_min = p.number_32("verdicts_min");
  policy.verdict_days_max =
      p.number_32("verdict_days_max", policy.verdicts_min > 0 ? kVerdictDaysDefault : 0);
  return policy;
}

contracts::OrderPeriods read_periods(const Parameters& p) {
  return {.offer_ms = p.duration_ms("offer", kPeriodsDefault.offer_ms),
          .accept_ms = p.duration_ms("accept", kPeriodsDefault.accept_ms),
          .ship_ms = p.duration_ms("ship", kPeriodsDefault.ship_ms),
          .transit_ms = p.duration_ms("transit", kPeriodsDefault.transit_ms),
          .inspect_ms = p.duration_ms("inspect", kPeriodsDefault.inspect_ms),
          .dispute_ms = p.duration_ms("dispute", kPeriodsDefault.dispute_ms)};
}

std::optional<contracts::LoyaltyReward> read_loyalty(const Parameters& p) {
  if (!p.has("loyalty")) return std::nullopt;
  const auto loyalty = p.object("loyalty");
  const auto* asset = loyalty.asset("asset");
  const auto amount = loyalty.amount("amount", asset);
  if (asset == nullptr) return std::nullopt;
  return contracts::LoyaltyReward{asset->id, amount};
}

}  // namespace

std::vector<ParameterSchema> terms_parameters() {
  return {
      lines_parameter(),
      required("price_asset", ParameterType::asset, "What the price is in.", R"("EUR")"),
      list_of(optional("accepted_ious", ParameterType::asset,
                       "IOUs taken at par beside it; promised in the price's asset.",
                       R"("BAGCREDIT")")),
      optional("named_buyer", ParameterType::key, "Nobody else may buy.", kAddressExample),
      optional("carrier", ParameterType::key, "May say that it was delivered.", kAddressExample),
      policy_parameter(),
      periods_parameter(),
      optional("accept_at_once", ParameterType::boolean,
               "Whether funding is acceptance; false if left out.", "false"),
      with_members(optional("loyalty", ParameterType::object,
                            "What the buyer gets of the seller's loyalty asset at release.",
                            R"({"asset": "BAGPOINTS", "amount": "89"})"),
                   {required("asset", ParameterType::asset, "Which.", R"("BAGPOINTS")"),
                    amount_parameter(), amount_minor_parameter()}),
      optional("bond", ParameterType::amount,
               "What the seller puts up: the buyer's if the goods are not shipped.", R"("50.00")"),
      instead_of("bond", optional("bond_minor", ParameterType::number, "The same in minor units.",
                                  R"("5000")")),
      optional("dispute_buyer_bps", ParameterType::number,
               "The buyer's share if a dispute ends undecided, in basis points; 10000 if left out.",
               "10000"),
      optional("terms_hash", ParameterType::hash, "The hash of the terms document.", kHashExample),
  };
}

contracts::OrderTerms read_terms(const contracts::PublicKey& seller, const Parameters& p) {
  contracts::OrderTerms terms;
  const auto* price_asset = p.asset("price_asset");
  terms.seller = seller;
  terms.named_buyer = p.optional_key("named_buyer");
  terms.carrier = p.optional_key("carrier");
  terms.lines = read_lines(p, price_asset);
  if (price_asset != nullptr) terms.price_asset = price_asset->id;
  for (const auto* iou : p.assets("accepted_ious")) {
    if (iou != nullptr) terms.accepted_ious.push_back(iou->id);
  }
  terms.policy = read_policy(p.object("policy"));
  terms.periods = read_periods(p.object("periods"));
  terms.accept_at_once = p.boolean("accept_at_once", false);
  terms.loyalty = read_loyalty(p);
  terms.bond = p.amount("bond", price_asset);
  terms.dispute_buyer_bps =
      p.number_32("dispute_buyer_bps", contracts::OrderTerms::kDisputeDefault);
  terms.terms_hash = p.hash("terms_hash");
  return terms;
}

}  // namespace tally::market
