#include "http/api/assets.hpp"

#include <boost/json.hpp>

#include "codec/json.hpp"
#include "codec/words.hpp"
#include "http/api/read.hpp"
#include "http/json.hpp"
#include "views/assets.hpp"

namespace tally::http {
namespace {

using contracts::ErrorCode;

boost::json::object asset_json(const Read& read, const views::AssetView& asset) {
  const auto& entry = asset.entry;
  boost::json::object out{
      {"asset", codec::to_json(contracts::RegistryEntry(entry), read.api.kind())},
      {"supply", json_number(entry.supply())},
      {"iou_status", nullptr}};
  if (asset.iou_status) out["iou_status"] = codec::word(*asset.iou_status);
  // Of few holders the number would tell what they have.
  if (require_own(read.caller, contracts::account_of(entry.issuer))) {
    out["holders"] = json_number(asset.holders);
  }
  return out;
}

OrProblem<Response> list(const Read& read) {
  std::optional<contracts::PublicKey> issuer;
  if (const auto text = read.request.query_value("issuer")) {
    const auto key = parse_key(read.api, "issuer", *text);
    if (!key) return std::unexpected(key.error());
    issuer = *key;
  }
  const auto request = page_request(read.request);
  if (!request) return std::unexpected(request.error());
  const auto page = checked(views::list_assets(read.snapshot, issuer, *request));
  if (!page) return std::unexpected(page.error());
  boost::json::array rows;
  for (const auto& asset : page->rows) rows.push_back(asset_json(read, asset));
  boost::json::object body{{"assets", std::move(rows)}};
  add_page(body, *page);
  return read.answer(std::move(body));
}

OrProblem<Response> one(const Read& read) {
  const auto& text = read.request.param("asset");
  const auto id = contracts::AssetId::parse(text);
  const auto found = checked(id ? views::find_asset(read.snapshot, *id)
                                : views::find_asset(read.snapshot, std::string_view(text)));
  if (!found) return std::unexpected(found.error());
  if (!*found) return std::unexpected(problem(ErrorCode::asset_unknown));
  return read.answer(asset_json(read, **found));
}

}  // namespace

void add_asset_routes(Router& router, const Api& api) {
  add_read(router, api,
           {.pattern = "/v1/assets",
            .handler = list,
            .query = {{"issuer"}},
            .paged = true,
            .is_public = true});
  add_read(router, api, {.pattern = "/v1/assets/{asset}", .handler = one, .is_public = true});
}

}  // namespace tally::http
