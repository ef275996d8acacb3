// The commands that show what is on record.
#include "cli/arguments.hpp"
#include "cli/render.hpp"
#include "cli/tree.hpp"

#include <fmt/format.h>

#include "contracts/address.hpp"

namespace tally::cli {
namespace {

constexpr std::size_t kRowsMax = 10'000;

struct ReadOptions {
  std::string what;
  std::string who;
  std::string state;
  std::string side;
  bool open = false;
};

Result<Node*> signed_in(Context& context) {
  if (auto in = context.sign_in(); !in) return std::unexpected(in.error());
  return context.node();
}

Result<Node*> anyone(Context& context) {
  if (auto in = context.sign_in_if_possible(); !in) return std::unexpected(in.error());
  return context.node();
}

Result<std::string> address_of(Context& context, const std::string& who) {
  const auto account = context.account_or(who);
  if (!account) return std::unexpected(account.error());
  const auto network = context.network();
  if (!network) return std::unexpected(network.error());
  return contracts::encode_address(*account, network->kind);
}

const std::vector<CellSpec>& asset_fields() {
  static const std::vector<CellSpec> kFields{
      {"symbol", "asset.symbol"},
      {"issuer", "asset.issuer", Cell::id},
      {"kind", "asset.kind"},
      {"id", "asset.id", Cell::id},
      {"decimals", "asset.decimals"},
      {"supply", "supply", Cell::amount},
      {"maximum supply", "asset.policies.supply_max", Cell::amount},
      {"issued", "asset.issued", Cell::amount},
      {"redeemed", "asset.redeemed", Cell::amount},
      {"burned", "asset.burned", Cell::amount},
      {"transferable", "asset.policies.transferable"},
      {"freezable", "asset.policies.freezable"},
      {"frozen", "asset.frozen"},
      {"holders", "holders"},
      {"status", "iou_status"},
      {"promises", "asset.terms.promised_asset", Cell::id},
      {"maturity", "asset.terms.maturity_ms", Cell::time},
      {"partial redemption", "asset.terms.partial_redemption"},
      {"terms document", "asset.terms.document_hash", Cell::id},
      {"since", "asset.since_ms", Cell::time},
  };
  return kFields;
}

Result<void> show_asset(Context& context, const ReadOptions& options) {
  const auto node = anyone(context);
  if (!node) return std::unexpected(node.error());
  const auto answer = (*node)->get("/v1/assets/" + escaped(options.what));
  if (!answer) return std::unexpected(answer.error());
  context.print(*answer, object_text(context, *answer, asset_fields()));
  return {};
}

Result<void> list_assets(Context& context, const ReadOptions& options) {
  const auto node = anyone(context);
  if (!node) return std::unexpected(node.error());
  std::string target = "/v1/assets";
  if (!options.who.empty()) {
    const auto issuer = address_of(context, options.who);
    if (!issuer) return std::unexpected(issuer.error());
    target += "?issuer=" + *issuer;
  }
  const auto answer = get_pages(**node, target, "assets", kRowsMax);
  if (!answer) return std::unexpected(answer.error());
  context.print(*answer, rows_text(context, *answer, "assets",
                                   {{"SYMBOL", "asset.symbol"},
                                    {"ISSUER", "asset.issuer", Cell::id},
                                    {"KIND", "asset.kind"},
                                    {"SUPPLY", "supply", Cell::amount},
                                    {"STATUS", "iou_status"},
                                    {"ID", "asset.id", Cell::id}},
                                   "no assets"));
  return {};
}

Result<void> show_balance(Context& context, const ReadOptions& options) {
  const auto node = signed_in(context);
  if (!node) return std::unexpected(node.error());
  const auto address = address_of(context, options.who);
  if (!address) return std::unexpected(address.error());
  const auto answer =
      get_pages(**node, "/v1/accounts/" + *address + "/balances", "balances", kRowsMax);
  if (!answer) return std::unexpected(answer.error());
  context.print(*answer, rows_text(context, *answer, "balances",
                                   {{"AMOUNT", "amount", Cell::amount},
                                    {"IN ESCROW", "escrow", Cell::amount},
                                    {"ASSET", "symbol"},
                                    {"ISSUER", "issuer", Cell::id},
                                    {"COINS", "coins", Cell::number}},
                                   "no coins"));
  return {};
}

std::string item_text(Context& context, const json::value& item) {
  auto text = object_text(context, item,
                          {{"item", "gs1_key"},
                           {"status", "status"},
                           {"brand prefix", "prefix"},
                           {"issued by", "authority", Cell::id},
                           {"disposition", "disposition"},
                           {"flag", "flag.flag"},
                           {"flag in force", "flag_in_force"},
                           {"owners", "owners"},
                           {"owner", "owner"},
                           {"in order", "place.order", Cell::id},
                           {"claims", "claims_count"},
                           {"since", "since_ms", Cell::time}});
  text += "\n" + rows_text(context, item, "attestations",
                           {{"VERDICT", "verdict"},
                            {"BASIS POINTS", "confidence_bps", Cell::number},
                            {"APPRAISER", "appraiser", Cell::id},
                            {"WHEN", "time_ms", Cell::time},
                            {"EVIDENCE", "evidence_hash", Cell::id}},
                           "no verdicts");
  if (const auto* challenges = array_at(item, "challenges"); challenges && !challenges->empty()) {
    text +=
        "\n" +
        rows_text(context, item, "challenges",
                  {{"CHALLENGED", "time_ms", Cell::time}, {"REASON", "reason_hash", Cell::id}}, "");
  }
  return text;
}

Result<void> show_item(Context& context, const ReadOptions& options) {
  const auto key = gs1_key_of(options.what);
  const auto node = key ? anyone(context) : std::unexpected(key.error());
  if (!node) return std::unexpected(node.error());
  const auto answer = (*node)->get("/v1/items/" + *key);
  if (!answer) return std::unexpected(answer.error());
  context.print(*answer, item_text(context, *answer));
  return {};
}

Result<void> item_history(Context& context, const ReadOptions& options) {
  const auto key = gs1_key_of(options.what);
  const auto node = key ? anyone(context) : std::unexpected(key.error());
  if (!node) return std::unexpected(node.error());
  const auto answer = get_pages(**node, "/v1/item-history/" + *key, "facts", kRowsMax);
  if (!answer) return std::unexpected(answer.error());
  context.print(*answer, rows_text(context, *answer, "facts",
                                   {{"WHEN", "time_ms", Cell::time},
                                    {"WHAT", "command"},
                                    {"BY", "actor", Cell::id},
                                    {"EVENT", "event_hash", Cell::id},
                                    {"TXID", "txid", Cell::id}},
                                   "nothing that you may see"));
  return {};
}

Result<void> item_contents(Context& context, const ReadOptions& options) {
  const auto key = gs1_key_of(options.what);
  if (!key) return std::unexpected(key.error());
  const auto node = signed_in(context);
  if (!node) return std::unexpected(node.error());
  const auto answer = get_pages(**node, "/v1/item-contents/" + *key, "items", kRowsMax);
  if (!answer) return std::unexpected(answer.error());
  context.print(
      *answer,
      rows_text(context, *answer, "items",
                {{"ITEM", "gs1_key"}, {"STATUS", "status"}, {"HOLDS", "packed", Cell::number}},
                "nothing"));
  return {};
}

Result<void> item_taint(Context& context, const ReadOptions& options) {
  const auto key = gs1_key_of(options.what);
  if (!key) return std::unexpected(key.error());
  const auto node = signed_in(context);
  if (!node) return std::unexpected(node.error());
  const auto answer = get_pages(**node, "/v1/item-taint/" + *key, "items", kRowsMax);
  if (!answer) return std::unexpected(answer.error());
  context.print(*answer, rows_text(context, *answer, "items",
                                   {{"ITEM", "gs1_key"},
                                    {"STATUS", "status"},
                                    {"BY", "via"},
                                    {"OF", "from"},
                                    {"IN AN ORDER", "in_order"}},
                                   "nothing of the account's own"));
  return {};
}

Result<void> list_items(Context& context, const ReadOptions& options) {
  const auto node = signed_in(context);
  if (!node) return std::unexpected(node.error());
  const auto address = address_of(context, options.who);
  if (!address) return std::unexpected(address.error());
  const auto answer = get_pages(**node, "/v1/accounts/" + *address + "/items", "items", kRowsMax);
  if (!answer) return std::unexpected(answer.error());
  context.print(*answer, rows_text(context, *answer, "items",
                                   {{"ITEM", "gs1_key"},
                                    {"STATUS", "status"},
                                    {"DISPOSITION", "disposition"},
                                    {"OWNERS", "owners", Cell::number},
                                    {"FLAG", "flag.flag"}},
                                   "no items"));
  return {};
}

Result<void> show_order(Context& context, const ReadOptions& options) {
  const auto node = anyone(context);
  if (!node) return std::unexpected(node.error());
  const auto answer = (*node)->get("/v1/orders/" + escaped(options.what));
  if (!answer) return std::unexpected(answer.error());
  auto text = object_text(context, *answer,
                          {{"order", "id", Cell::id},
                           {"state", "state"},
                           {"price", "price", Cell::amount},
                           {"asset", "price_asset.symbol"},
                           {"issuer", "price_asset.issuer", Cell::id},
                           {"seller", "entry.seller", Cell::id},
                           {"buyer", "entry.buyer", Cell::id},
                           {"disputed", "entry.disputed"},
                           {"timed out", "entry.timed_out"}});
  text += "\n" + rows_text(context, *answer, "order.terms.lines",
                           {{"ITEM", "gs1_key"}, {"PRICE (MINOR UNITS)", "price", Cell::number}},
                           "no lines");
  text += "\n" + rows_text(context, *answer, "steps",
                           {{"WHEN", "time_ms", Cell::time},
                            {"STATE", "state"},
                            {"BY", "signer", Cell::id},
                            {"TXID", "txid", Cell::id}},
                           "no steps");
  context.print(*answer, text);
  return {};
}

Result<void> list_orders(Context& context, const ReadOptions& options) {
  const auto node = options.open ? anyone(context) : signed_in(context);
  if (!node) return std::unexpected(node.error());
  std::string query = options.open ? "open=true" : "";
  if (!options.open) {
    const auto address = address_of(context, options.who);
    if (!address) return std::unexpected(address.error());
    query = "party=" + *address;
    if (!options.state.empty()) query += "&state=" + escaped(options.state);
    if (!options.side.empty()) query += "&side=" + escaped(options.side);
  }
  const auto answer = get_pages(**node, "/v1/orders?" + query, "orders", kRowsMax);
  if (!answer) return std::unexpected(answer.error());
  context.print(*answer, rows_text(context, *answer, "orders",
                                   {{"ORDER", "id", Cell::id},
                                    {"STATE", "state"},
                                    {"PRICE", "price", Cell::amount},
                                    {"ASSET", "price_asset.symbol"},
                                    {"ISSUER", "price_asset.issuer", Cell::id},
                                    {"SELLER", "entry.seller", Cell::id},
                                    {"BUYER", "entry.buyer", Cell::id}},
                                   "no orders"));
  return {};
}

Result<void> list_delegations(Context& context, const ReadOptions& options) {
  const auto node = signed_in(context);
  if (!node) return std::unexpected(node.error());
  const auto address = address_of(context, options.who);
  if (!address) return std::unexpected(address.error());
  const auto answer =
      get_pages(**node, "/v1/accounts/" + *address + "/delegations", "delegations", kRowsMax);
  if (!answer) return std::unexpected(answer.error());
  context.print(*answer, rows_text(context, *answer, "delegations",
                                   {{"PRINCIPAL", "principal", Cell::id},
                                    {"AGENT", "agent", Cell::id},
                                    {"COMMANDS", "powers.commands"},
                                    {"PREFIXES", "powers.prefixes"},
                                    {"ITEMS USED", "items_used", Cell::number},
                                    {"OF", "powers.items_max", Cell::number},
                                    {"UNTIL", "powers.until_ms", Cell::time},
                                    {"REVOKED", "revoked_ms", Cell::time}},
                                   "no delegations"));
  return {};
}

}  // namespace

void add_reads(Tree& tree) {
  const auto make = [&](std::string_view path, std::string_view doc, std::string_view example,
                        auto* handler) -> std::pair<CLI::App&, ReadOptions&> {
    auto options = std::make_shared<ReadOptions>();
    auto& app = tree.leaf(path, doc, example, [options, handler](Context& context) {
      return handler(context, *options);
    });
    return {app, *options};
  };
  const auto named = [&](std::string_view path, std::string_view doc, std::string_view example,
                         auto* handler, std::string name, std::string help) {
    const auto [app, options] = make(path, doc, example, handler);
    app.add_option(std::move(name), options.what, std::move(help))->required();
  };
  const auto owned = [&](std::string_view path, std::string_view doc, std::string_view example,
                         auto* handler) -> std::pair<CLI::App&, ReadOptions&> {
    const auto [app, options] = make(path, doc, example, handler);
    app.add_option("--account", options.who, "Whose: an address; your own if left out");
    return {app, options};
  };
  constexpr auto kAsset = "Its symbol or id";
  constexpr auto kItem = "Its GS1 key, or the link on its label";
  named("asset show", "Shows an asset: issuer, policies, supply.", "tally asset show EUR",
        show_asset, "asset", kAsset);
  {
    const auto [app, options] = make("asset list", "Lists the assets.",
                                     "tally asset list --issuer dev:issuer", list_assets);
    app.add_option("--issuer", options.who, "Of one issuer alone");
  }
  named("iou show", "Shows an IOU: what it promises, and whether it is due.",
        "tally iou show BAGCREDIT", show_asset, "asset", kAsset);
  owned("balance", "Shows what an account has.", "tally balance --dev ana", show_balance);
  named("item show", "Shows an item: brand, status, verdicts.",
        "tally item show 01/09521141000007/21/0001", show_item, "item", kItem);
  named("item history", "Shows what happened to an item, as far as you may know.",
        "tally item history 01/09521141000007/21/0001 --dev brand", item_history, "item", kItem);
  named("item contents", "Lists what is packed in an item.",
        "tally item contents 00/095211410000000014 --dev boutique", item_contents, "item", kItem);
  named("item taint", "Lists all that a recall of an item or lot reaches.",
        "tally item taint 01/09521141000007/21/0001 --dev brand", item_taint, "item", kItem);
  owned("item list", "Lists an account's items.", "tally item list --dev bo", list_items);
  named(
      "order show", "Shows an order and its steps.",
      "tally order show 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 --dev bo",
      show_order, "order", "Its id");
  {
    const auto [app, options] =
        owned("order list", "Lists an account's orders, or what is offered.",
              "tally order list --state funded --dev boutique", list_orders);
    app.add_option("--state", options.state, "Of this state alone, as funded");
    app.add_option("--side", options.side, "seller or buyer");
    app.add_flag("--open", options.open, "Offers that you may fund, of anybody");
  }
  owned("delegate list", "Lists delegations to and from an account.",
        "tally delegate list --dev brand", list_delegations);
}

}  // namespace tally::cli
