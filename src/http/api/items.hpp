// GET /v1/items: an account's own, or those of a brand's prefix; GET /v1/items/{gs1_key...}: what
// is known of one item; GET /v1/item-history/…, /v1/item-claims/…: what happened to it, and what
// anyone said of it.
#pragma once

#include "http/api/read.hpp"
#include "views/items.hpp"

namespace tally::http {

void add_item_routes(Router& router, const Api& api);

/// How much of an item a reader sees (docs/spec/visibility.md).
enum class ItemReader : std::uint8_t {
  stranger,  ///< The public column.
  brand,     ///< Its brand or centre: everything of the item, but not who owns it after a sale.
  owner,
  auditor,
};

/// What the caller is to an item.
[[nodiscard]] ItemReader reader_of(const Caller& caller, const views::ItemView& item);

[[nodiscard]] boost::json::value flag_json(const std::optional<contracts::FlagState>& flag);

/// The item as this reader sees it.
[[nodiscard]] boost::json::object item_json(const Read& read, const views::ItemView& item,
                                            ItemReader as);

/// A page of the items of an account that the caller may read.
OrProblem<Response> list_items_of(const Read& read, const contracts::Account& account);

}  // namespace tally::http
