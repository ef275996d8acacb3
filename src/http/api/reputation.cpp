#include <boost/json.hpp>

#include "codec/words.hpp"
#include "crypto/hash.hpp"
#include "http/api/accounts.hpp"
#include "http/api/read.hpp"
#include "http/json.hpp"
#include "market/profile_commitment.hpp"
#include "views/registry.hpp"
#include "views/reputation.hpp"

namespace tally::http {
namespace {

using contracts::RegistryKind;
using views::OrderSide;

// An account opts in by a profile attribute of this name whose commitment is this hash of its key:
// it is on the ledger, so every node answers the same, and setting anything else opts out again.
constexpr std::string_view kOptInAttribute = "public-reputation";

OrProblem<bool> opted_in(const views::Snapshot& snapshot, const contracts::PublicKey& key) {
  const auto attribute = market::profile_attribute_id(kOptInAttribute);
  const auto found = checked(views::find_entry(snapshot, contracts::profile_key(key, attribute)));
  if (!found) return std::unexpected(found.error());
  if (!*found) return false;
  const auto* entry = std::get_if<contracts::ProfileEntry>(&(*found)->entry);
  return entry != nullptr &&
         entry->commitment == crypto::tagged_hash("tally/public-reputation", {key.view()});
}

bool in_force(const contracts::RegistryEntry& entry) {
  if (const auto* role = std::get_if<contracts::AccreditationEntry>(&entry)) {
    return role->revoked_ms == 0;
  }
  if (const auto* prefix = std::get_if<contracts::PrefixEntry>(&entry)) return prefix->registered();
  if (const auto* licence = std::get_if<contracts::LicenceEntry>(&entry)) {
    return licence->revoked_ms == 0;
  }
  return std::holds_alternative<contracts::AssetEntry>(entry);
}

// Merchants and appraisers: whoever is accredited, has a brand, a licence, or has issued an asset.
OrProblem<bool> trades(const views::Snapshot& snapshot, const contracts::PublicKey& key) {
  for (const auto kind : {RegistryKind::accreditation, RegistryKind::prefix, RegistryKind::licence,
                          RegistryKind::asset}) {
    const auto page = checked(views::list_owned_entries(snapshot, kind, key.bytes, {.limit = 100}));
    if (!page) return std::unexpected(page.error());
    for (const auto& row : page->rows) {
      if (in_force(row.entry)) return true;
    }
  }
  return false;
}

boost::json::object totals_json(const views::SideTotals& totals) {
  return {{"released", json_number(totals.released)},
          {"refunded", json_number(totals.refunded)},
          {"refunded_own_blame", json_number(totals.refunded_own_blame)},
          {"refunded_other_blame", json_number(totals.refunded_other_blame)},
          {"split", json_number(totals.split)},
          {"disputed", json_number(totals.disputed)},
          {"timed_out", json_number(totals.timed_out)},
          {"not_funded", json_number(totals.not_funded)},
          {"accepted", json_number(totals.accepted)},
          {"shipped", json_number(totals.shipped)},
          {"shipping_missed", json_number(totals.shipping_missed)},
          {"counterparties", json_number(totals.counterparties)}};
}

std::string_view side_name(OrderSide side) {
  return side == OrderSide::seller ? "seller" : "buyer";
}

std::string_view blame_name(views::Blame blame) {
  switch (blame) {
    case views::Blame::nobody:
      return "nobody";
    case views::Blame::seller:
      return "seller";
    case views::Blame::buyer:
      return "buyer";
    case views::Blame::shared:
      return "shared";
  }
  return "nobody";
}

boost::json::object fact_json(const Read& read, const views::OrderFact& fact) {
  boost::json::object out{{"order", fact.order.hex()},
                          {"side", side_name(fact.side)},
                          {"counterparty", nullptr},
                          {"price", json_number(fact.price)},
                          {"price_asset", asset_label(read.api, read.snapshot, fact.price_asset)},
                          {"state", codec::word(fact.state)},
                          {"blame", blame_name(fact.blame)},
                          {"buyer_bps", fact.buyer_bps},
                          {"timed_out", fact.timed_out},
                          {"disputed", fact.disputed},
                          {"shipped", fact.shipped},
                          {"ended_ms", json_number(fact.ended_ms)},
                          {"height", json_number(fact.height)}};
  if (!fact.counterparty.is_zero()) out["counterparty"] = address_of(read.api, fact.counterparty);
  return out;
}

boost::json::object side_json(const Read& read, const views::SideReputation& side, bool own) {
  boost::json::object out{
      {"score", side.score.points},
      {"effective_counterparties_milli", json_number(side.score.counterparties_milli)},
      {"facts_scored", json_number(side.facts_scored)},
      {"totals", totals_json(side.totals)}};
  if (!own) return out;
  boost::json::array moved;
  for (const auto& explanation : side.moved_most) {
    moved.push_back({{"points", explanation.points}, {"fact", fact_json(read, explanation.fact)}});
  }
  out["moved_most"] = std::move(moved);
  return out;
}

OrProblem<Response> reputation(const Read& read) {
  const auto key = parse_key(read.api, "address", read.request.param("address"));
  if (!key) return std::unexpected(key.error());
  const auto own = require_own(read.caller, contracts::account_of(*key));
  if (!own) {
    const auto opted = opted_in(read.snapshot, *key);
    if (!opted) return std::unexpected(opted.error());
    const auto merchant = trades(read.snapshot, *key);
    if (!merchant) return std::unexpected(merchant.error());
    if (!*opted && !*merchant) return std::unexpected(own.error());
  }
  const auto found = checked(views::find_reputation(read.snapshot, *key));
  if (!found) return std::unexpected(found.error());
  boost::json::object body{{"address", address_of(read.api, *key)},
                           {"height", json_number(found->height)},
                           {"time_ms", json_number(found->time_ms)},
                           {"as_seller", side_json(read, found->as_seller, own.has_value())},
                           {"as_buyer", side_json(read, found->as_buyer, own.has_value())}};
  if (own) {
    boost::json::array volumes;
    for (const auto& volume : found->volumes) {
      auto row = asset_label(read.api, read.snapshot, volume.asset);
      row["side"] = side_name(volume.side);
      row["amount"] = json_number(volume.amount);
      volumes.push_back(std::move(row));
    }
    body["volumes"] = std::move(volumes);
  }
  return read.answer(std::move(body));
}

OrProblem<Response> events(const Read& read) {
  const auto key = parse_key(read.api, "address", read.request.param("address"));
  if (!key) return std::unexpected(key.error());
  if (const auto own = require_own(read.caller, contracts::account_of(*key)); !own) {
    return std::unexpected(own.error());
  }
  const auto text = read.request.query_value("side").value_or("seller");
  if (text != "seller" && text != "buyer") {
    return std::unexpected(bad_parameter("side", "seller or buyer"));
  }
  const auto request = page_request(read.request);
  if (!request) return std::unexpected(request.error());
  const auto side = text == "seller" ? OrderSide::seller : OrderSide::buyer;
  const auto page = checked(views::list_order_facts(read.snapshot, *key, side, *request));
  if (!page) return std::unexpected(page.error());
  boost::json::array rows;
  for (const auto& fact : page->rows) rows.push_back(fact_json(read, fact));
  boost::json::object body{{"events", std::move(rows)}};
  add_page(body, *page);
  return read.answer(std::move(body));
}

}  // namespace

void add_reputation_routes(Router& router, const Api& api) {
  add_read(router, api, {.pattern = "/v1/accounts/{address}/reputation", .handler = reputation});
  add_read(router, api,
           {.pattern = "/v1/accounts/{address}/reputation/events",
            .handler = events,
            .query = {{"side"}},
            .paged = true});
}

}  // namespace tally::http
