#include "http/api/tokens.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "base/log.hpp"
#include "http/api/read.hpp"
#include "http/json.hpp"

namespace tally::http {
namespace {

using contracts::ErrorCode;
using custody::Scope;

constexpr std::size_t kBodyBytesMax = 4'096;
// What only an operator may hand out: its session is the node's word.
constexpr custody::ScopeSet kOperatorScopes{Scope::admin, Scope::operate, Scope::audit};

Problem problem_of_custody(custody::Error error) {
  switch (error) {
    case custody::Error::too_many:
      return bad_parameter("label", "there are as many as an account may have: remove one first");
    case custody::Error::invalid:
      return bad_parameter("label",
                           "at most 64 bytes without control characters; a life of at most "
                           "400 days");
    case custody::Error::full:
      spdlog::warn("custody: the node keeps as many tokens or agents as it may");
      return problem(ErrorCode::queue_full);
    case custody::Error::disk_full:
    case custody::Error::map_full:
      spdlog::error("custody: {}", name(error));
      return no_room("custody");
    default:
      spdlog::error("custody: {}", name(error));
      return problem(ErrorCode::internal_error);
  }
}

Problem unknown(std::string field) {
  return bad_parameter(std::move(field), "the account has none of this name");
}

boost::json::array scope_names(const custody::ScopeSet& scopes) {
  boost::json::array out;
  for (const auto scope : custody::kScopes) {
    if (scopes.contains(scope)) out.emplace_back(name(scope));
  }
  return out;
}

boost::json::object describe(const Api& api, const custody::Token& token) {
  return {{"id", to_hex(token.id)},
          {"principal", address_of(api, token.principal)},
          {"scopes", scope_names(token.scopes)},
          {"label", token.label},
          {"created_ms", json_number(token.created_ms)},
          {"expires_ms", json_number(token.expires_ms)},
          {"revoked_ms",
           token.revoked_ms == 0 ? boost::json::value(nullptr) : json_number(token.revoked_ms)}};
}

boost::json::object describe(const Api& api, const custody::Agent& agent) {
  return {{"address", address_of(api, agent.key)},
          {"principal", address_of(api, agent.principal)},
          {"label", agent.label},
          {"created_ms", json_number(agent.created_ms)}};
}

OrProblem<custody::ScopeSet> parse_scopes(const boost::json::object& body) {
  const auto* list = body.if_contains("scopes");
  custody::ScopeSet scopes;
  if (list == nullptr || !list->is_array() || list->get_array().empty()) {
    return std::unexpected(bad_parameter("scopes", "a list of scopes"));
  }
  for (const auto& element : list->get_array()) {
    const auto scope =
        element.is_string() ? custody::scope_named(element.get_string()) : std::nullopt;
    if (!scope) return std::unexpected(bad_parameter("scopes", "a scope that is not known"));
    scopes.insert(*scope);
  }
  return scopes;
}

// Whether the account may give the token to this principal: itself or an agent of its own.
OrProblem<crypto::PublicKey> parse_principal(const Api& api, const boost::json::object& body,
                                             const crypto::PublicKey& account) {
  if (!body.contains("agent")) return account;
  const auto text = text_member(body, "agent");
  if (!text) return std::unexpected(text.error());
  const auto key = parse_key(api, "agent", *text);
  if (!key) return std::unexpected(key.error());
  const auto agent = api.agents.find(*key);
  if (!agent || agent->principal != account) return std::unexpected(unknown("agent"));
  return *key;
}

OrProblem<Response> issue_token(const Api& api, const Request& request) {
  const auto caller = require_session(api, request);
  if (!caller) return std::unexpected(caller.error());
  const auto body = body_object(request, {"scopes", "label", "expires_ms", "agent"});
  if (!body) return std::unexpected(body.error());
  if (auto member = require_member(api, *caller->account); !member) {
    return std::unexpected(member.error());
  }
  const auto scopes = parse_scopes(*body);
  if (!scopes) return std::unexpected(scopes.error());
  if ((scopes->mask() & kOperatorScopes.mask()) != 0) {
    const auto allowed = is_operator(api, *caller->account);
    if (!allowed) return std::unexpected(allowed.error());
    if (!*allowed) {
      auto refusal = problem(ErrorCode::scope_missing);
      refusal.detail = "admin, operate and audit are an operator's to give";
      return std::unexpected(refusal);
    }
  }
  const auto expires_ms = number_member(*body, "expires_ms");
  if (!expires_ms) return std::unexpected(expires_ms.error());
  const auto principal = parse_principal(api, *body, *caller->account);
  if (!principal) return std::unexpected(principal.error());
  std::string label;
  if (body->contains("label")) {
    const auto text = text_member(*body, "label");
    if (!text) return std::unexpected(text.error());
    label = *text;
  }
  const auto issued = api.tokens.issue(
      {.principal = *principal, .scopes = *scopes, .label = label, .expires_ms = *expires_ms},
      api.clock.wall_ms());
  if (!issued) return std::unexpected(problem_of_custody(issued.error()));
  auto answer = describe(api, issued->token);
  answer["token"] = as_text(issued->text.view());
  auto response = json_response(201, answer);
  return std::move(response.with("Cache-Control", "no-store"));
}

// The account and its agents.
OrProblem<std::vector<crypto::PublicKey>> principals_of(const Api& api,
                                                        const crypto::PublicKey& account) {
  const auto agents = api.agents.list(account);
  if (!agents) return std::unexpected(problem_of_custody(agents.error()));
  std::vector<crypto::PublicKey> out{account};
  for (const auto& agent : *agents) out.push_back(agent.key);
  return out;
}

OrProblem<std::vector<custody::Token>> tokens_of(const Api& api, const crypto::PublicKey& account) {
  const auto principals = principals_of(api, account);
  if (!principals) return std::unexpected(principals.error());
  std::vector<custody::Token> out;
  for (const auto& principal : *principals) {
    const auto tokens = api.tokens.list(principal);
    if (!tokens) return std::unexpected(problem_of_custody(tokens.error()));
    out.insert(out.end(), tokens->begin(), tokens->end());
  }
  return out;
}

OrProblem<Response> list_tokens(const Api& api, const Request& request) {
  const auto caller = require_session(api, request);
  if (!caller) return std::unexpected(caller.error());
  const auto tokens = tokens_of(api, *caller->account);
  if (!tokens) return std::unexpected(tokens.error());
  boost::json::array list;
  for (const auto& token : *tokens) list.push_back(describe(api, token));
  return json_response(200, {{"tokens", std::move(list)}});
}

OrProblem<Response> revoke_token(const Api& api, const Request& request) {
  const auto caller = require_session(api, request);
  if (!caller) return std::unexpected(caller.error());
  const auto id = array_from_hex<8>(request.param("id"));
  if (!id) return std::unexpected(bad_parameter("id", "16 hexadecimal digits"));
  const auto tokens = tokens_of(api, *caller->account);
  if (!tokens) return std::unexpected(tokens.error());
  if (std::ranges::find(*tokens, *id, &custody::Token::id) == tokens->end()) {
    return std::unexpected(unknown("id"));
  }
  const auto done = api.tokens.revoke(*id, api.clock.wall_ms());
  if (!done) return std::unexpected(problem_of_custody(done.error()));
  return Response{.status = 204};
}

OrProblem<Response> create_agent(const Api& api, const Request& request) {
  const auto caller = require_session(api, request);
  if (!caller) return std::unexpected(caller.error());
  const auto body = body_object(request, {"label"});
  if (!body) return std::unexpected(body.error());
  const auto label = text_member(*body, "label");
  if (!label) return std::unexpected(label.error());
  if (auto member = require_member(api, *caller->account); !member) {
    return std::unexpected(member.error());
  }
  const auto agent = api.agents.create(*caller->account, *label, api.clock.wall_ms());
  if (!agent) return std::unexpected(problem_of_custody(agent.error()));
  return json_response(201, describe(api, *agent));
}

OrProblem<Response> list_agents(const Api& api, const Request& request) {
  const auto caller = require_session(api, request);
  if (!caller) return std::unexpected(caller.error());
  const auto agents = api.agents.list(*caller->account);
  if (!agents) return std::unexpected(problem_of_custody(agents.error()));
  boost::json::array list;
  for (const auto& agent : *agents) list.push_back(describe(api, agent));
  return json_response(200, {{"agents", std::move(list)}});
}

OrProblem<Response> remove_agent(const Api& api, const Request& request) {
  const auto caller = require_session(api, request);
  if (!caller) return std::unexpected(caller.error());
  const auto key = parse_key(api, "address", request.param("address"));
  if (!key) return std::unexpected(key.error());
  const auto agent = api.agents.find(*key);
  if (!agent || agent->principal != *caller->account) return std::unexpected(unknown("address"));
  const auto done = api.agents.remove(*key);
  if (!done) return std::unexpected(problem_of_custody(done.error()));
  return Response{.status = 204};
}

}  // namespace

void add_token_routes(Router& router, const Api& api) {
  add_write(router, api, Method::kPost, "/v1/tokens", issue_token, kBodyBytesMax);
  add_write(router, api, Method::kGet, "/v1/tokens", list_tokens);
  add_write(router, api, Method::kDelete, "/v1/tokens/{id}", revoke_token);
  add_write(router, api, Method::kPost, "/v1/agents", create_agent, kBodyBytesMax);
  add_write(router, api, Method::kGet, "/v1/agents", list_agents);
  add_write(router, api, Method::kDelete, "/v1/agents/{address}", remove_agent);
}

}  // namespace tally::http
