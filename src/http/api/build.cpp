#include "http/api/build.hpp"

#include <boost/json.hpp>

#include "codec/json.hpp"
#include "http/api/read.hpp"
#include "http/json.hpp"
#include "market/build.hpp"

namespace tally::http {
namespace {

using contracts::ErrorCode;

constexpr std::size_t kBodyBytesMax = 256 * 1024;
constexpr std::string_view kPartyHeader = "tally-party";
constexpr std::size_t kPartiesMax = 8;

boost::json::array schemas_json(const std::vector<market::ParameterSchema>& parameters) {
  boost::json::array out;
  for (const auto& parameter : parameters) {
    boost::json::object row{{"name", parameter.name},
                            {"type", name(parameter.type)},
                            {"required", parameter.required},
                            {"list", parameter.list},
                            {"doc", parameter.doc}};
    if (!parameter.example.empty()) row["example"] = boost::json::parse(parameter.example);
    if (!parameter.instead_of.empty()) row["instead_of"] = parameter.instead_of;
    if (!parameter.words.empty()) row["words"] = boost::json::value_from(parameter.words);
    if (!parameter.members.empty()) row["members"] = schemas_json(parameter.members);
    out.push_back(std::move(row));
  }
  return out;
}

Response schemas() {
  boost::json::array commands;
  for (const auto& schema : market::command_schemas()) {
    commands.push_back({{"command", schema.name},
                        {"number", schema.number},
                        {"doc", schema.doc},
                        {"parameters", schemas_json(schema.parameters)}});
  }
  return json_response(200, {{"request", schemas_json(market::request_schema())},
                             {"commands", std::move(commands)}});
}

Problem problem_of_build(const market::BuildError& error) {
  if (error.fault) return problem(*error.fault);
  if (error.field == market::kCommandField) {
    auto out = problem_of(HttpError::kRouteNotFound);
    out.detail = error.detail;
    return out;
  }
  auto out = problem(error.error);
  if (!error.field.empty()) out.field = error.field;
  out.detail = error.detail;
  return out;
}

boost::json::value lease_json(const std::optional<market::CoinLease>& lease) {
  if (!lease) return nullptr;
  boost::json::array numbers;
  for (const auto number : lease->numbers) numbers.emplace_back(json_number(number));
  return {{"id", json_number(lease->id)},
          {"expires_ms", json_number(lease->expires_ms)},
          {"numbers", std::move(numbers)}};
}

boost::json::value forecast_json(const std::optional<contracts::Error>& forecast) {
  if (!forecast) return nullptr;
  return boost::json::parse(problem_response(problem(*forecast)).body);
}

boost::json::object result_json(const Api& api, const market::BuildResult& result) {
  boost::json::array signers;
  for (const auto& key : result.transaction.signers) signers.emplace_back(address_of(api, key));
  boost::json::array summary;
  for (const auto& line : result.summary) summary.emplace_back(line);
  return {{"body", to_base64(result.body)},
          {"txid", contracts::txid(api.network_id(), result.body).hex()},
          {"signers", std::move(signers)},
          {"valid_until_ms", json_number(result.transaction.valid_until_ms)},
          {"lease", lease_json(result.lease)},
          {"summary", std::move(summary)},
          {"forecast", forecast_json(result.forecast)},
          {"transaction", codec::to_json(result.transaction, api.kind())}};
}

// For whom it is built: the caller; with the development token, whoever the request names.
OrProblem<void> choose_account(const Api& api, const Caller& caller, boost::json::object& body) {
  if (!caller.account) return {};
  const auto own = address_of(api, *caller.account);
  if (!body.contains("account")) body["account"] = own;
  const auto text = text_member(body, "account");
  if (!text) return std::unexpected(text.error());
  const auto named = parse_key(api, "account", *text);
  if (!named) return std::unexpected(named.error());
  if (*named != *caller.account) return std::unexpected(problem(ErrorCode::not_yours));
  return {};
}

// Who else takes part: whoever gave the caller a token of its own that may build. Each stands in a
// `Tally-Party` field, and lets the builder choose among that account's coins, items and orders.
OrProblem<std::vector<contracts::Account>> parties(const Api& api, const Request& request) {
  std::vector<contracts::Account> out;
  for (const auto& [name, value] : request.headers) {
    if (name != kPartyHeader) continue;
    if (out.size() == kPartiesMax) {
      return std::unexpected(bad_parameter("Tally-Party", "at most 8 parties"));
    }
    Request asked;
    asked.method = request.method;
    asked.path = request.path;
    asked.headers.push_back({"authorization", "Bearer " + value});
    const auto party = require_account(api, asked, custody::Scope::build);
    if (!party) return std::unexpected(party.error());
    out.push_back(contracts::account_of(*party->account));
  }
  return out;
}

OrProblem<Response> build(const Api& api, const Request& request) {
  auto caller = require(api, request, custody::Scope::build);
  if (!caller) return std::unexpected(caller.error());
  auto readable = parties(api, request);
  if (!readable) return std::unexpected(readable.error());
  if (request.media_type() != "application/json") {
    return std::unexpected(problem(ErrorCode::unsupported_media_type));
  }
  auto value = parse_json_strict(as_text(request.body), {.bytes_max = kBodyBytesMax});
  if (!value) return std::unexpected(problem_of(value.error()));
  if (!value->is_object()) return std::unexpected(problem(ErrorCode::not_json));
  auto& body = value->get_object();
  if (const auto chosen = choose_account(api, *caller, body); !chosen) {
    return std::unexpected(chosen.error());
  }
  auto snapshot = checked(api.views.snapshot());
  if (!snapshot) return std::unexpected(snapshot.error());
  const Read read{api, request, std::move(*caller), std::move(*snapshot)};
  const market::BuildContext context{.snapshot = read.snapshot,
                                     .leases = api.leases,
                                     .network_kind = api.kind(),
                                     .network_id = api.network_id(),
                                     .now_ms = api.engine.time_ms()};
  auto parsed = market::read_request(request.param("command"), body, context);
  if (!parsed) return std::unexpected(problem_of_build(parsed.error()));
  parsed->request.readable = std::move(*readable);
  const auto result = market::build(parsed->request, context);
  if (!result) return std::unexpected(problem_of_build(result.error()));
  return read.answer(result_json(api, *result));
}

OrProblem<Response> release(const Api& api, const Request& request) {
  const auto caller = require(api, request, custody::Scope::build);
  if (!caller) return std::unexpected(caller.error());
  const auto id = parse_number(request.param("id"));
  if (!id) return std::unexpected(bad_parameter("id", "a whole number in digits"));
  auto account = caller->account;
  if (const auto text = request.query_value("account"); text && caller->anything) {
    const auto key = parse_key(api, "account", *text);
    if (!key) return std::unexpected(key.error());
    account = *key;
  }
  if (!account) return std::unexpected(bad_parameter("account", "whose lease"));
  if (!api.leases.release(*account, *id)) {
    return std::unexpected(bad_parameter("id", "the account has no such lease"));
  }
  return Response{.status = 204};
}

}  // namespace

void add_build_routes(Router& router, const Api& api) {
  router.add(
      {.method = Method::kGet,
       .pattern = "/v1/build",
       // It never changes while the program runs, and is long: it is written once.
       .handler = [answer = schemas()](const Request&, const Reply& reply) { reply(answer); },
       .is_public = true});
  add_write(router, api, Method::kPost, "/v1/build/{command}", build, kBodyBytesMax);
  add_write(router, api, Method::kDelete, "/v1/leases/{id}", release, 0, {{"account"}});
}

}  // namespace tally::http
