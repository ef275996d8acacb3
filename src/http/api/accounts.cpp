#include "http/api/accounts.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include "codec/json.hpp"
#include "codec/words.hpp"
#include "http/api/items.hpp"
#include "http/api/orders.hpp"
#include "http/api/read.hpp"
#include "http/api/statement.hpp"
#include "http/json.hpp"
#include "views/accounts.hpp"
#include "views/registry.hpp"

namespace tally::http {
namespace {

using contracts::RegistryKind;

// The roles that a key has in public: who may attest, admit, carry, enrol; which brands; which
// kinds of asset it may issue.
OrProblem<boost::json::array> list_roles(const Read& read, const contracts::PublicKey& key) {
  boost::json::array out;
  for (const auto kind :
       {RegistryKind::accreditation, RegistryKind::prefix, RegistryKind::licence}) {
    const auto page =
        checked(views::list_owned_entries(read.snapshot, kind, key.bytes, {.limit = 100}));
    if (!page) return std::unexpected(page.error());
    for (const auto& row : page->rows) {
      out.push_back(codec::to_json(row.entry, read.api.kind()));
    }
  }
  return out;
}

OrProblem<Response> summary(const Read& read) {
  const auto account = parse_account(read.api, "address", read.request.param("address"));
  if (!account) return std::unexpected(account.error());
  boost::json::object body{{"address", read.request.param("address")},
                           {"kind", codec::word(account->kind)},
                           {"member", nullptr},
                           {"roles", boost::json::array()}};
  if (account->kind == contracts::Account::Kind::lock) return read.answer(std::move(body));
  const contracts::PublicKey key{account->id};
  auto roles = list_roles(read, key);
  if (!roles) return std::unexpected(roles.error());
  body["roles"] = std::move(*roles);
  if (require_own(read.caller, *account)) {
    const auto member = checked(views::find_entry(read.snapshot, contracts::member_key(key)));
    if (!member) return std::unexpected(member.error());
    if (*member) body["member"] = codec::to_json((*member)->entry, read.api.kind());
  }
  return read.answer(std::move(body));
}

OrProblem<Response> balances(const Read& read, const contracts::Account& account) {
  const auto request = page_request(read.request);
  if (!request) return std::unexpected(request.error());
  const auto page = checked(views::list_balances(read.snapshot, account, *request));
  if (!page) return std::unexpected(page.error());
  boost::json::array rows;
  for (const auto& balance : page->rows) {
    auto row = asset_label(read.api, read.snapshot, balance.asset);
    row["amount"] = json_number(balance.amount);
    row["coins"] = json_number(balance.coins);
    row["escrow"] = json_number(balance.escrow);
    rows.push_back(std::move(row));
  }
  boost::json::object body{{"balances", std::move(rows)}};
  add_page(body, *page);
  return read.answer(std::move(body));
}

std::optional<views::OutputKind> parse_output_kind(std::string_view text) {
  if (text == "coin") return views::OutputKind::coin;
  if (text == "item") return views::OutputKind::item;
  if (text == "grant") return views::OutputKind::grant;
  return std::nullopt;
}

OrProblem<Response> outputs(const Read& read, const contracts::Account& account) {
  const auto request = page_request(read.request);
  if (!request) return std::unexpected(request.error());
  views::OutputFilter filter;
  if (const auto kind = read.request.query_value("kind")) {
    filter.kind = parse_output_kind(*kind);
    if (!filter.kind) return std::unexpected(bad_parameter("kind", "coin, item or grant"));
  }
  if (const auto asset = read.request.query_value("asset")) {
    const auto id = find_asset_id(read.snapshot, *asset);
    if (!id) return std::unexpected(id.error());
    filter.asset = *id;
  }
  const auto page = checked(views::list_outputs(read.snapshot, account, filter, *request));
  if (!page) return std::unexpected(page.error());
  boost::json::array rows;
  for (const auto& output : page->rows) {
    rows.push_back({{"number", json_number(output.number)},
                    {"txid", output.stored.outpoint.txid.hex()},
                    {"index", output.stored.outpoint.index},
                    {"height", json_number(output.height)},
                    {"position", output.position},
                    {"output", codec::to_json(output.stored.output, read.api.kind())}});
  }
  boost::json::object body{{"outputs", std::move(rows)}};
  add_page(body, *page);
  return read.answer(std::move(body));
}

OrProblem<Response> items(const Read& read, const contracts::Account& account) {
  return list_items_of(read, account);
}

OrProblem<Response> orders(const Read& read, const contracts::Account& account) {
  return list_orders_of(read, contracts::PublicKey{account.id});
}

// Entries of a kind that belong to the account.
OrProblem<Response> owned(const Read& read, const contracts::Account& account, RegistryKind kind,
                          std::string_view member) {
  const auto request = page_request(read.request);
  if (!request) return std::unexpected(request.error());
  const auto page = checked(views::list_owned_entries(read.snapshot, kind, account.id, *request));
  if (!page) return std::unexpected(page.error());
  boost::json::array rows;
  for (const auto& row : page->rows) rows.push_back(codec::to_json(row.entry, read.api.kind()));
  boost::json::object body{{member, std::move(rows)}};
  add_page(body, *page);
  return read.answer(std::move(body));
}

OrProblem<Response> delegations(const Read& read, const contracts::Account& account) {
  return owned(read, account, RegistryKind::delegation, "delegations");
}

OrProblem<Response> profile(const Read& read, const contracts::Account& account) {
  return owned(read, account, RegistryKind::profile, "attributes");
}

OrProblem<Response> agents(const Read& read, const contracts::Account& account) {
  const auto list = read.api.agents.list(contracts::PublicKey{account.id});
  if (!list) return std::unexpected(problem(contracts::ErrorCode::internal_error));
  boost::json::array rows;
  for (const auto& agent : *list) {
    rows.push_back({{"address", address_of(read.api, agent.key)},
                    {"principal", address_of(read.api, agent.principal)},
                    {"label", agent.label},
                    {"created_ms", json_number(agent.created_ms)}});
  }
  return read.answer({{"agents", std::move(rows)}});
}

using OwnHandler = OrProblem<Response> (*)(const Read&, const contracts::Account&);

// A route below an account's address that only the account itself, or an auditor, may read.
void add_own(Router& router, const Api& api, std::string_view name, OwnHandler handler, bool paged,
             std::vector<QueryRule> query = {}) {
  add_read(router, api,
           {.pattern = fmt::format("/v1/accounts/{{address}}/{}", name),
            .handler = [handler](const Read& read) -> OrProblem<Response> {
              const auto account =
                  parse_account(read.api, "address", read.request.param("address"));
              if (!account) return std::unexpected(account.error());
              if (const auto own = require_own(read.caller, *account); !own) {
                return std::unexpected(own.error());
              }
              return handler(read, *account);
            },
            .query = std::move(query),
            .paged = paged});
}

}  // namespace

void add_account_routes(Router& router, const Api& api) {
  add_read(router, api, {.pattern = "/v1/accounts/{address}", .handler = summary});
  add_own(router, api, "balances", balances, true);
  add_own(router, api, "outputs", outputs, true, {{"kind"}, {"asset"}});
  add_own(router, api, "statement", read_statement, true,
          {{"asset"}, {"from_height"}, {"to_height"}, {"format"}});
  add_own(router, api, "items", items, true);
  add_own(router, api, "orders", orders, true, {{"side"}, {"state"}});
  add_own(router, api, "delegations", delegations, true);
  add_own(router, api, "agents", agents, false);
  add_own(router, api, "profile", profile, true);
}

}  // namespace tally::http
