#include "http/api/read.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "contracts/address.hpp"
#include "http/json.hpp"
#include "views/assets.hpp"
#include "views/registry.hpp"

namespace tally::http {
namespace {

using contracts::ErrorCode;

constexpr std::chrono::milliseconds kHeightWaitMax{5'000};
// Further ahead than the ledger gets in that time: whoever asks for it would wait in vain.
constexpr std::uint64_t kHeightsAheadMax = 2'500;
constexpr std::size_t kJsonBytesMax = 64 * 1024;

Response run(const Api& api, const ReadHandler& handler, const Request& request) {
  auto caller = identify(api, request);
  if (!caller) return problem_response(caller.error());
  auto snapshot = api.views.snapshot();
  if (!snapshot) return problem_response(problem(snapshot.error()));
  const Read read{api, request, std::move(*caller), std::move(*snapshot)};
  auto answer = handler(read);
  if (!answer) return problem_response(answer.error());
  return std::move(answer->with("Tally-Height", std::to_string(read.snapshot.height())));
}

Problem behind(const Api& api) {
  auto out = problem(ErrorCode::views_behind);
  out.figure = api.views.next_height() - 1;
  return out;
}

void serve(const Api& api, const ReadHandler& handler, Request request, const Reply& reply) {
  const auto height = number_parameter(request, "min_height", 0);
  if (!height) return reply(problem_response(height.error()));
  if (*height < api.views.next_height()) return reply(run(api, handler, request));
  const auto head = api.engine.head().height;
  if (*height > head && *height - head > kHeightsAheadMax) {
    auto refusal = behind(api);
    refusal.detail = "so many blocks do not come while a request waits";
    return reply(problem_response(refusal));
  }
  const auto whose = request.peer;
  auto later = [&api, &handler, reply, request = std::move(request)](bool reached) {
    reply(reached ? run(api, handler, request) : problem_response(behind(api)));
  };
  if (!api.background.wait_for(*height, kHeightWaitMax, std::move(later), whose)) {
    reply(problem_response(problem(ErrorCode::queue_full)));
  }
}

}  // namespace

Response Read::answer(boost::json::object body) const {
  body["as_of_height"] = json_number(snapshot.height());
  return json_response(200, body);
}

void add_read(Router& router, const Api& api, ReadRoute route) {
  route.query.push_back({"min_height"});
  if (route.paged) {
    route.query.push_back({"limit"});
    route.query.push_back({"cursor"});
  }
  // Shared, because a wait may outlast the call.
  auto handler = std::make_shared<const ReadHandler>(std::move(route.handler));
  router.add(
      {.method = Method::kGet,
       .pattern = std::move(route.pattern),
       .handler = [&api, handler](Request request,
                                  Reply reply) { serve(api, *handler, std::move(request), reply); },
       .query = std::move(route.query),
       .is_public = route.is_public,
       .look_up = route.look_up});
}

void add_write(Router& router, const Api& api, Method method, std::string pattern,
               std::function<OrProblem<Response>(const Api&, const Request&)> handler,
               std::size_t body_bytes_max, std::vector<QueryRule> query) {
  auto shared = std::make_shared<const decltype(handler)>(std::move(handler));
  const bool for_operator = pattern.starts_with("/v1/admin/");
  router.add({.method = method,
              .pattern = std::move(pattern),
              .handler =
                  [&api, shared, for_operator](Request request, const Reply& reply) {
                    const auto whose = request.peer;
                    auto work = [&api, shared, reply, request = std::move(request)] {
                      auto answer = (*shared)(api, request);
                      reply(answer ? std::move(*answer) : problem_response(answer.error()));
                    };
                    auto& background = api.background;
                    const bool taken = for_operator
                                           ? background.post_for_operator(std::move(work), whose)
                                           : background.post(std::move(work), whose);
                    if (!taken) {
                      reply(problem_response(problem(ErrorCode::queue_full)));
                    }
                  },
              .query = std::move(query),
              .body_bytes_max = body_bytes_max});
}

std::optional<std::uint64_t> parse_number(std::string_view digits) {
  std::uint64_t value = 0;
  const auto* end = digits.data() + digits.size();
  const auto result = std::from_chars(digits.data(), end, value);
  if (digits.empty() || result.ec != std::errc{} || result.ptr != end) return std::nullopt;
  return value;
}

OrProblem<std::uint64_t> number_parameter(const Request& request, std::string_view name,
                                          std::uint64_t otherwise) {
  const auto text = request.query_value(name);
  if (!text) return otherwise;
  const auto value = parse_number(*text);
  if (!value) return std::unexpected(bad_parameter(std::string(name), "a whole number in digits"));
  return *value;
}

OrProblem<bool> flag_parameter(const Request& request, std::string_view name) {
  const auto text = request.query_value(name);
  if (!text || *text == "false") return false;
  if (*text == "true") return true;
  return std::unexpected(bad_parameter(std::string(name), "true or false"));
}

OrProblem<views::PageRequest> page_request(const Request& request) {
  views::PageRequest page;
  const auto limit = number_parameter(request, "limit", page.limit);
  if (!limit) return std::unexpected(limit.error());
  page.limit = *limit;
  if (const auto cursor = request.query_value("cursor")) page.cursor = *cursor;
  return page;
}

OrProblem<contracts::Account> parse_account(const Api& api, std::string_view name,
                                            std::string_view text) {
  const auto account = contracts::decode_address(text, api.kind());
  if (!account) {
    return std::unexpected(bad_parameter(std::string(name), "an address of this network"));
  }
  return *account;
}

OrProblem<contracts::PublicKey> parse_key(const Api& api, std::string_view name,
                                          std::string_view text) {
  const auto account = parse_account(api, name, text);
  if (!account) return std::unexpected(account.error());
  if (account->kind != contracts::Account::Kind::key) {
    return std::unexpected(bad_parameter(std::string(name), "an address of a key"));
  }
  return contracts::PublicKey{account->id};
}

OrProblem<contracts::AssetId> find_asset_id(const views::Snapshot& snapshot,
                                            std::string_view text) {
  if (const auto id = contracts::AssetId::parse(text)) return *id;
  const auto found = views::find_asset(snapshot, text);
  if (!found) return std::unexpected(problem(found.error()));
  if (!*found) return std::unexpected(problem(ErrorCode::asset_unknown));
  return (*found)->entry.id;
}

OrProblem<boost::json::object> body_object(const Request& request,
                                           std::initializer_list<std::string_view> members) {
  if (request.media_type() != "application/json") {
    return std::unexpected(problem(ErrorCode::unsupported_media_type));
  }
  auto value = parse_json_strict(as_text(request.body), {.bytes_max = kJsonBytesMax});
  if (!value) return std::unexpected(problem_of(value.error()));
  auto* object = value->if_object();
  if (object == nullptr) return std::unexpected(problem(ErrorCode::not_json));
  for (const auto& member : *object) {
    if (std::ranges::find(members, std::string_view(member.key())) == members.end()) {
      return std::unexpected(bad_parameter(std::string(member.key()), "no such member"));
    }
  }
  return std::move(*object);
}

OrProblem<std::string> text_member(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) {
    return std::unexpected(bad_parameter(std::string(name), "a string"));
  }
  return std::string(value->get_string());
}

OrProblem<std::uint64_t> number_member(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  std::optional<std::uint64_t> number;
  if (value != nullptr && value->is_string()) number = parse_number(value->get_string());
  if (value != nullptr && value->is_int64() && value->get_int64() >= 0) {
    number = static_cast<std::uint64_t>(value->get_int64());
  }
  if (!number) return std::unexpected(bad_parameter(std::string(name), "a whole number"));
  return *number;
}

std::string address_of(const Api& api, const contracts::Account& account) {
  return contracts::encode_address(account, api.kind());
}

std::string address_of(const Api& api, const contracts::PublicKey& key) {
  return contracts::encode_address(contracts::account_of(key), api.kind());
}

boost::json::object asset_label(const Api& api, const views::Snapshot& snapshot,
                                const contracts::AssetId& asset) {
  boost::json::object out{{"asset", asset.hex()}};
  const auto found = views::find_entry(snapshot, contracts::asset_key(asset));
  if (!found || !*found) return out;
  const auto* entry = std::get_if<contracts::AssetEntry>(&(*found)->entry);
  if (entry == nullptr) return out;
  out["symbol"] = entry->symbol;
  out["decimals"] = entry->decimals;
  out["issuer"] = address_of(api, entry->issuer);
  return out;
}

OrProblem<void> require_own(const Caller& caller, const contracts::Account& owner) {
  if (caller.may(custody::Scope::audit)) return {};
  if (!caller.account) return std::unexpected(problem(ErrorCode::token_missing));
  if (contracts::account_of(*caller.account) != owner) {
    return std::unexpected(problem(ErrorCode::not_yours));
  }
  if (caller.may(custody::Scope::read_own)) return {};
  auto refusal = problem(ErrorCode::scope_missing);
  refusal.detail = "needs the scope read_own";
  return std::unexpected(refusal);
}

OrProblem<contracts::PublicKey> asked_party(const Read& read, std::string_view what) {
  auto party = read.caller.account;
  if (const auto text = read.request.query_value("party")) {
    const auto key = parse_key(read.api, "party", *text);
    if (!key) return std::unexpected(key.error());
    party = *key;
  }
  if (!party) {
    return std::unexpected(read.caller.anything ? bad_parameter("party", std::string(what))
                                                : problem(ErrorCode::token_missing));
  }
  if (const auto own = require_own(read.caller, contracts::account_of(*party)); !own) {
    return std::unexpected(own.error());
  }
  return *party;
}

}  // namespace tally::http
