#include "http/api/items.hpp"

#include <boost/json.hpp>

#include "codec/json.hpp"
#include "codec/words.hpp"
#include "epcis/gs1_key.hpp"
#include "http/api/parties.hpp"
#include "http/json.hpp"
#include "views/transactions.hpp"

namespace tally::http {
namespace {

using contracts::ErrorCode;
using contracts::ItemEntry;

constexpr std::string_view kItemPath = "/v1/items/";
constexpr std::string_view kHistoryPath = "/v1/item-history/";
constexpr std::string_view kClaimsPath = "/v1/item-claims/";

// The key in canonical form from the path as it was sent: its serial may hold escaped slashes.
OrProblem<std::string> parse_gs1_key(const Request& request, std::string_view before) {
  const auto path = std::string_view(request.path).substr(before.size());
  const auto key = epcis::parse_canonical(path);
  if (!key || !key->is_item()) {
    return std::unexpected(
        bad_parameter("gs1_key", "the canonical key of one thing, as 01/09506000134352/21/ABC"));
  }
  return std::string(path);
}

boost::json::array attestations_json(const Read& read, const ItemEntry& entry) {
  boost::json::array out;
  for (const auto& attestation : entry.attestations) {
    out.push_back({{"appraiser", address_of(read.api, attestation.appraiser)},
                   {"verdict", codec::word(attestation.verdict)},
                   {"confidence_bps", attestation.confidence_bps},
                   {"method_hash", to_hex(attestation.method_hash)},
                   {"evidence_hash", to_hex(attestation.evidence_hash)},
                   {"time_ms", json_number(attestation.time_ms)}});
  }
  return out;
}

// A challenge is public, its challenger is not.
boost::json::array challenges_json(const ItemEntry& entry) {
  boost::json::array out;
  for (const auto& challenge : entry.challenges) {
    out.push_back({{"reason_hash", to_hex(challenge.reason_hash)},
                   {"time_ms", json_number(challenge.time_ms)}});
  }
  return out;
}

boost::json::object attributes_json(const ItemEntry& entry) {
  boost::json::object out;
  for (const auto& attribute : entry.attributes) out[attribute.name] = to_hex(attribute.value_hash);
  return out;
}

boost::json::value hash_or_null(const Hash32& hash) {
  if (hash == Hash32{}) return nullptr;
  return boost::json::string(to_hex(hash));
}

boost::json::value text_or_null(const std::string& text) {
  if (text.empty()) return nullptr;
  return boost::json::string(text);
}

// A seal that was taken off is broken: whoever checks it must see that.
boost::json::array parts_json(const ItemEntry& entry, contracts::PartKind kind) {
  boost::json::array out;
  for (const auto& part : entry.parts) {
    if (part.kind != kind) continue;
    out.push_back({{"id", to_hex(part.id)},
                   {"since_ms", json_number(part.since_ms)},
                   {"removed_ms", part.removed_ms == 0 ? boost::json::value(nullptr)
                                                       : json_number(part.removed_ms)}});
  }
  return out;
}

boost::json::array errors_json(const ItemEntry& entry) {
  boost::json::array out;
  for (const auto& error : entry.errors) {
    out.push_back({{"wrong_hash", to_hex(error.wrong_hash)},
                   {"reason_hash", to_hex(error.reason_hash)},
                   {"time_ms", json_number(error.time_ms)}});
  }
  return out;
}

boost::json::value quantity_json(const ItemEntry& entry) {
  if (!entry.quantity) return nullptr;
  return {{"unit", entry.quantity->unit}, {"milli", json_number(entry.quantity->milli)}};
}

// Where the title is, for those who may know.
boost::json::value place_json(const Read& read, const views::ItemView& item, ItemReader as) {
  if (!item.place) return nullptr;
  boost::json::object out{
      {"output_number", json_number(item.place->number)}, {"owner", nullptr}, {"order", nullptr}};
  if (as == ItemReader::owner) {
    out["owner"] = "you";
  } else if (item.place->owner) {
    out["owner"] = address_of(read.api, *item.place->owner);
  }
  if (item.place->order) out["order"] = item.place->order->hex();
  return out;
}

// Events that say nothing of owners, prices, routes or custodians.
bool is_public_event(contracts::CommandNumber command) {
  switch (command) {
    case contracts::ItemCommission::kNumber:
    case contracts::ItemAdmit::kNumber:
    case contracts::ItemAttest::kNumber:
    case contracts::ItemChallenge::kNumber:
    case contracts::ItemFlagSet::kNumber:
    case contracts::ItemDecommission::kNumber:
    case contracts::LotStepOut::kNumber:
    case contracts::ItemMerge::kNumber:
    case contracts::ItemEventError::kNumber:
      return true;
    default:
      return false;
  }
}

// Whom the public may know: who issued it and who attests to it; not who challenged or owned it.
bool is_public_actor(contracts::CommandNumber command) {
  return command == contracts::ItemCommission::kNumber ||
         command == contracts::ItemAdmit::kNumber || command == contracts::ItemAttest::kNumber;
}

// Whether the event was of a transaction that concerns the caller: its own leg.
OrProblem<bool> own_leg(const Read& read, const views::ItemEvent& event) {
  if (read.caller.may(custody::Scope::audit)) return true;
  if (!read.caller.account) return false;
  if (event.actor == read.caller.account) return read.caller.may(custody::Scope::read_own);
  const auto settled = checked(views::read_transaction(read.snapshot, event.txid));
  if (!settled) return std::unexpected(settled.error());
  if (!*settled) return false;
  const auto parties = checked(parties_of(read.snapshot, (*settled)->transaction));
  if (!parties) return std::unexpected(parties.error());
  return concerns(*parties, read.caller);
}

boost::json::object event_json(const Read& read, const views::ItemEvent& event, bool own) {
  boost::json::object out{{"height", json_number(event.height)},
                          {"position", event.position},
                          {"time_ms", json_number(event.time_ms)},
                          {"txid", event.txid.hex()},
                          {"command", contracts::command_name(event.command)},
                          {"event_hash", nullptr},
                          {"actor", nullptr},
                          {"order", nullptr}};
  if (event.event_hash) out["event_hash"] = to_hex(*event.event_hash);
  if (event.actor && (own || is_public_actor(event.command))) {
    out["actor"] = address_of(read.api, *event.actor);
  }
  if (own && event.order) out["order"] = event.order->hex();
  return out;
}

OrProblem<Response> list(const Read& read) {
  const auto owner = read.request.query_value("owner");
  const auto prefix = read.request.query_value("prefix");
  if (owner.has_value() == prefix.has_value()) {
    return std::unexpected(bad_parameter("owner", "either owner or prefix"));
  }
  if (owner) {
    const auto account = parse_account(read.api, "owner", *owner);
    if (!account) return std::unexpected(account.error());
    if (const auto own = require_own(read.caller, *account); !own) {
      return std::unexpected(own.error());
    }
    return list_items_of(read, *account);
  }
  if (!read.caller.account && !read.caller.anything) {
    return std::unexpected(problem(ErrorCode::token_missing));
  }
  const auto request = page_request(read.request);
  if (!request) return std::unexpected(request.error());
  const auto page = checked(views::list_items_with_prefix(read.snapshot, *prefix, *request));
  if (!page) return std::unexpected(page.error());
  boost::json::array rows;
  for (const auto& item : page->rows) {
    const bool brand =
        read.caller.account == item.entry.authority && read.caller.may(custody::Scope::read_own);
    if (!brand && !read.caller.may(custody::Scope::audit)) {
      return std::unexpected(problem(ErrorCode::not_yours));
    }
    rows.push_back(item_json(read, item, brand ? ItemReader::brand : ItemReader::auditor));
  }
  boost::json::object body{{"items", std::move(rows)}};
  add_page(body, *page);
  return read.answer(std::move(body));
}

// Found or not, the same is looked up and put together, so that guessing serials learns nothing
// from the time it takes.
OrProblem<Response> one(const Read& read) {
  const auto key = parse_gs1_key(read.request, kItemPath);
  if (!key) return std::unexpected(key.error());
  auto found = checked(views::find_item(read.snapshot, *key));
  if (!found) return std::unexpected(found.error());
  const bool known = found->has_value();
  const views::ItemView item = known ? std::move(**found) : views::ItemView{};
  auto body = item_json(read, item, reader_of(read.caller, item));
  if (!known) return std::unexpected(problem(ErrorCode::item_unknown));
  return read.answer(std::move(body));
}

OrProblem<Response> history(const Read& read) {
  const auto key = parse_gs1_key(read.request, kHistoryPath);
  if (!key) return std::unexpected(key.error());
  const auto request = page_request(read.request);
  if (!request) return std::unexpected(request.error());
  const auto page =
      checked(views::list_item_history(read.snapshot, contracts::item_id(*key), *request));
  if (!page) return std::unexpected(page.error());
  boost::json::array rows;
  std::uint64_t withheld = 0;
  for (const auto& event : page->rows) {
    const auto own = own_leg(read, event);
    if (!own) return std::unexpected(own.error());
    if (*own || is_public_event(event.command)) {
      rows.push_back(event_json(read, event, *own));
    } else {
      ++withheld;
    }
  }
  boost::json::object body{{"gs1_key", *key}, {"facts", std::move(rows)}};
  // That something happened in between is the parties' to know.
  if (read.caller.account || read.caller.anything) body["withheld"] = withheld;
  add_page(body, *page);
  return read.answer(std::move(body));
}

OrProblem<Response> claims(const Read& read) {
  const auto key = parse_gs1_key(read.request, kClaimsPath);
  if (!key) return std::unexpected(key.error());
  const auto request = page_request(read.request);
  if (!request) return std::unexpected(request.error());
  const auto page =
      checked(views::list_item_claims(read.snapshot, contracts::item_id(*key), *request));
  if (!page) return std::unexpected(page.error());
  boost::json::array rows;
  for (const auto& event : page->rows) {
    const auto own = own_leg(read, event);
    if (!own) return std::unexpected(own.error());
    rows.push_back(event_json(read, event, *own));
  }
  boost::json::object body{{"gs1_key", *key}, {"claims", std::move(rows)}};
  add_page(body, *page);
  return read.answer(std::move(body));
}

}  // namespace

ItemReader reader_of(const Caller& caller, const views::ItemView& item) {
  if (caller.may(custody::Scope::audit)) return ItemReader::auditor;
  if (!caller.account || !caller.may(custody::Scope::read_own)) return ItemReader::stranger;
  const auto self = contracts::account_of(*caller.account);
  if (item.place && item.place->owner == self) return ItemReader::owner;
  return item.entry.authority == *caller.account ? ItemReader::brand : ItemReader::stranger;
}

boost::json::value flag_json(const std::optional<contracts::FlagState>& flag) {
  if (!flag) return nullptr;
  return {{"flag", codec::word(flag->flag)},
          {"reason_hash", to_hex(flag->reason_hash)},
          {"since_ms", json_number(flag->since_ms)},
          {"expires_ms", json_number(flag->expires_ms)}};
}

boost::json::object item_json(const Read& read, const views::ItemView& item, ItemReader as) {
  const auto& entry = item.entry;
  boost::json::object out{
      {"item_id", item.id.hex()},
      {"gs1_key", entry.gs1_key},
      {"status", codec::word(entry.status)},
      {"prefix", entry.prefix},
      {"authority", address_of(read.api, entry.authority)},
      {"attributes", attributes_json(entry)},
      {"attestations", attestations_json(read, entry)},
      {"challenges", challenges_json(entry)},
      {"flag", flag_json(entry.flag)},
      {"flag_in_force", contracts::flagged(entry, read.snapshot.time_ms())},
      {"blocked_by", flag_json(item.blocked_by)},
      {"merged_into", text_or_null(entry.merged_into)},
      {"seals", parts_json(entry, contracts::PartKind::seal)},
      {"since_ms", json_number(entry.since_ms)},
      {"owners", entry.owners},
      {"claims_count", json_number(item.claims_count)},
      {"owner", as == ItemReader::owner ? boost::json::value("you") : boost::json::value(nullptr)}};
  if (as == ItemReader::stranger) return out;
  // The brand knows its goods until they are sold; then they are the owner's.
  const bool until_sale = as == ItemReader::brand && entry.owners > 0;
  if (until_sale) return out;
  out["disposition"] = codec::word(entry.disposition);
  out["custodian"] = hash_or_null(entry.custodian);
  out["container"] = hash_or_null(entry.container);
  out["events_head"] = to_hex(entry.events_head);
  out["events_count"] = json_number(entry.events_count);
  out["history_count"] = json_number(item.history_count);
  out["place"] = place_json(read, item, as);
  out["packed_in"] = text_or_null(entry.packed_in);
  out["packed"] = json_number(entry.contents ? entry.contents->items : 0);
  out["fixed_to"] = text_or_null(entry.fixed_to);
  out["parts"] = parts_json(entry, contracts::PartKind::item);
  out["errors"] = errors_json(entry);
  out["quantity"] = quantity_json(entry);
  return out;
}

OrProblem<Response> list_items_of(const Read& read, const contracts::Account& account) {
  const auto request = page_request(read.request);
  if (!request) return std::unexpected(request.error());
  const auto page = checked(views::list_items_of(read.snapshot, account, *request));
  if (!page) return std::unexpected(page.error());
  boost::json::array rows;
  for (const auto& item : page->rows) {
    rows.push_back(item_json(read, item, reader_of(read.caller, item)));
  }
  boost::json::object body{{"items", std::move(rows)}};
  add_page(body, *page);
  return read.answer(std::move(body));
}

void add_item_routes(Router& router, const Api& api) {
  add_read(
      router, api,
      {.pattern = "/v1/items", .handler = list, .query = {{"owner"}, {"prefix"}}, .paged = true});
  add_read(
      router, api,
      {.pattern = "/v1/items/{gs1_key...}", .handler = one, .is_public = true, .look_up = true});
  add_read(router, api,
           {.pattern = "/v1/item-history/{gs1_key...}",
            .handler = history,
            .paged = true,
            .is_public = true,
            .look_up = true});
  add_read(router, api,
           {.pattern = "/v1/item-claims/{gs1_key...}",
            .handler = claims,
            .paged = true,
            .is_public = true,
            .look_up = true});
}

}  // namespace tally::http
