#include "http/api/item_links.hpp"

#include <boost/json.hpp>

#include "codec/words.hpp"
#include "http/api/items.hpp"
#include "http/json.hpp"
#include "views/item_links.hpp"

namespace tally::http {
namespace {

using contracts::ErrorCode;

constexpr std::string_view kLotPath = "/v1/lots/";
constexpr std::string_view kContentsPath = "/v1/item-contents/";
constexpr std::string_view kTaintPath = "/v1/item-taint/";

std::string_view key_behind(const Request& request, std::string_view path) {
  return std::string_view(request.path).substr(path.size());
}

Problem not_a_key(std::string_view example) {
  return bad_parameter("gs1_key",
                       "the canonical key of one thing or lot, as " + std::string(example));
}

bool is_authority(const Caller& caller, const contracts::PublicKey& authority) {
  return caller.account == authority && caller.may(custody::Scope::read_own);
}

// Who may follow a recall: the authority of what is recalled, and auditors.
OrProblem<void> require_authority(const Caller& caller, const contracts::PublicKey& authority) {
  if (is_authority(caller, authority) || caller.may(custody::Scope::audit)) return {};
  if (!caller.account && !caller.anything) {
    return std::unexpected(problem(ErrorCode::token_missing));
  }
  return std::unexpected(problem(ErrorCode::not_yours));
}

boost::json::array hex_list(const auto& ids) {
  boost::json::array out;
  for (const auto& id : ids) out.emplace_back(id.hex());
  return out;
}

boost::json::object lot_json(const Read& read, const contracts::LotEntry& lot) {
  boost::json::object attributes;
  for (const auto& attribute : lot.attributes) {
    attributes[attribute.name] = to_hex(attribute.value_hash);
  }
  boost::json::object out{{"gs1_key", lot.gs1_key},
                          {"prefix", lot.prefix},
                          {"authority", address_of(read.api, lot.authority)},
                          {"attributes", std::move(attributes)},
                          {"root", to_hex(lot.root)},
                          {"flag", flag_json(lot.flag)},
                          {"since_ms", json_number(lot.since_ms)}};
  // How much a brand makes is its own affair.
  if (is_authority(read.caller, lot.authority) || read.caller.may(custody::Scope::audit)) {
    out["count"] = json_number(lot.count);
    out["stepped_out"] = json_number(lot.stepped_out);
    out["event_hash"] = to_hex(lot.event_hash);
  }
  return out;
}

OrProblem<Response> lot(const Read& read) {
  const auto key = key_behind(read.request, kLotPath);
  if (!contracts::valid_lot_key(key)) {
    return std::unexpected(not_a_key("01/09506000134352/10/L1"));
  }
  const auto found = checked(views::find_lot(read.snapshot, key));
  if (!found) return std::unexpected(found.error());
  if (!*found) return std::unexpected(problem(ErrorCode::lot_unknown));
  return read.answer(lot_json(read, **found));
}

OrProblem<Response> contents(const Read& read) {
  const auto key = key_behind(read.request, kContentsPath);
  if (!contracts::valid_gs1_key(key)) {
    return std::unexpected(not_a_key("00/095211410000000014"));
  }
  const auto request = page_request(read.request);
  if (!request) return std::unexpected(request.error());
  const auto found = checked(views::find_item(read.snapshot, key));
  if (!found) return std::unexpected(found.error());
  if (!*found) return std::unexpected(problem(ErrorCode::item_unknown));
  const auto as = reader_of(read.caller, **found);
  const bool sold = as == ItemReader::brand && (*found)->entry.owners > 0;
  if (as == ItemReader::stranger || sold) {
    return std::unexpected(problem(read.caller.account || read.caller.anything
                                       ? ErrorCode::not_yours
                                       : ErrorCode::token_missing));
  }
  const auto page = checked(views::list_contents(read.snapshot, (*found)->id, *request));
  if (!page) return std::unexpected(page.error());
  boost::json::array rows;
  for (const auto& item : page->rows) rows.push_back(item_json(read, item, as));
  boost::json::object body{{"gs1_key", key}, {"items", std::move(rows)}};
  add_page(body, *page);
  return read.answer(std::move(body));
}

// Whose key may be told: its own authority's, or everybody's to an auditor. What others make of a
// recalled thing is theirs; that there is something is the point of a recall.
boost::json::value tainted_json(const Read& read, const views::TaintedItem& tainted) {
  const auto& entry = tainted.item.entry;
  const bool audit = read.caller.may(custody::Scope::audit);
  if (!audit && !is_authority(read.caller, entry.authority)) return nullptr;
  boost::json::object out{{"gs1_key", entry.gs1_key},
                          {"status", codec::word(entry.status)},
                          {"via", views::word(tainted.via)},
                          {"from", tainted.from},
                          {"steps", tainted.steps},
                          {"ious", hex_list(tainted.ious)},
                          {"in_order", tainted.item.place && tainted.item.place->order}};
  if (audit) {
    out["authority"] = address_of(read.api, entry.authority);
    const bool ordered = tainted.item.place && tainted.item.place->order;
    out["order"] = ordered ? boost::json::value(tainted.item.place->order->hex()) : nullptr;
  }
  return out;
}

OrProblem<contracts::PublicKey> authority_of(const Read& read, std::string_view key) {
  if (contracts::valid_lot_key(key)) {
    const auto lot = checked(views::find_lot(read.snapshot, key));
    if (!lot) return std::unexpected(lot.error());
    if (!*lot) return std::unexpected(problem(ErrorCode::lot_unknown));
    return (*lot)->authority;
  }
  const auto item = checked(views::find_item(read.snapshot, key));
  if (!item) return std::unexpected(item.error());
  if (!*item) return std::unexpected(problem(ErrorCode::item_unknown));
  return (*item)->entry.authority;
}

OrProblem<Response> taint(const Read& read) {
  const auto key = key_behind(read.request, kTaintPath);
  if (!contracts::valid_gs1_key(key) && !contracts::valid_lot_key(key)) {
    return std::unexpected(not_a_key("01/09506000134352/21/ABC"));
  }
  const auto request = page_request(read.request);
  if (!request) return std::unexpected(request.error());
  const auto authority = authority_of(read, key);
  if (!authority) return std::unexpected(authority.error());
  if (auto may = require_authority(read.caller, *authority); !may) {
    return std::unexpected(may.error());
  }
  const auto found = checked(views::follow_taint(read.snapshot, key, *request));
  if (!found) return std::unexpected(found.error());
  if (!*found) return std::unexpected(problem(ErrorCode::item_unknown));
  const auto& all = **found;
  boost::json::array rows;
  std::uint64_t withheld = 0;
  for (const auto& item : all.page.rows) {
    auto row = tainted_json(read, item);
    row.is_null() ? static_cast<void>(++withheld) : static_cast<void>(rows.push_back(row));
  }
  boost::json::object body{{"gs1_key", key},
                           {"items", std::move(rows)},
                           {"withheld", withheld},
                           {"items_count", json_number(all.items)},
                           {"orders_count", all.orders.size()},
                           {"ious", hex_list(all.ious)},
                           {"complete", all.complete}};
  if (read.caller.may(custody::Scope::audit)) body["orders"] = hex_list(all.orders);
  add_page(body, all.page);
  return read.answer(std::move(body));
}

}  // namespace

void add_item_link_routes(Router& router, const Api& api) {
  add_read(
      router, api,
      {.pattern = "/v1/lots/{gs1_key...}", .handler = lot, .is_public = true, .look_up = true});
  add_read(router, api,
           {.pattern = "/v1/item-contents/{gs1_key...}",
            .handler = contents,
            .paged = true,
            .look_up = true});
  add_read(
      router, api,
      {.pattern = "/v1/item-taint/{gs1_key...}", .handler = taint, .paged = true, .look_up = true});
}

}  // namespace tally::http
