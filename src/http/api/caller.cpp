#include "http/api/caller.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "contracts/address.hpp"
#include "crypto/random.hpp"
#include "http/api/problems.hpp"
#include "views/registry.hpp"

namespace tally::http {

using contracts::ErrorCode;

bool Caller::may_read(const crypto::PublicKey& owner) const {
  if (may(custody::Scope::audit)) return true;
  return account == owner && may(custody::Scope::read_own);
}

std::expected<Caller, Problem> identify(const Api& api, const Request& request) {
  const auto token = request.bearer_token();
  if (!token) {
    if (request.header("authorization")) return std::unexpected(problem(ErrorCode::token_invalid));
    if (!request.by_operator) return Caller{};
    return Caller{.account = {}, .scopes = {custody::Scope::operate}, .is_operator = true};
  }
  if (api.development && crypto::constant_time_equal(as_bytes(*token), as_bytes("dev"))) {
    return Caller{.account = {}, .scopes = {}, .session = false, .anything = true};
  }
  if (const auto session = api.sessions.authenticate(*token)) {
    using custody::Scope;
    return Caller{.account = session->account,
                  .scopes = {Scope::read_own, Scope::build, Scope::query, Scope::subscribe},
                  .session = true};
  }
  if (const auto found = api.tokens.authenticate(*token, api.clock.wall_ms())) {
    if (found->scopes.contains(custody::Scope::audit)) {
      const auto auditor = contracts::account_of(found->principal);
      spdlog::info("audit: {} {} {}", contracts::encode_address(auditor, api.kind()),
                   name(request.method), request.path);
    }
    return Caller{.account = found->principal, .scopes = found->scopes, .session = false};
  }
  return std::unexpected(problem(ErrorCode::token_invalid));
}

std::expected<Caller, Problem> require(const Api& api, const Request& request,
                                       custody::Scope scope) {
  auto caller = identify(api, request);
  if (!caller) return caller;
  if (!caller->anything && !caller->account && !caller->is_operator) {
    return std::unexpected(problem(ErrorCode::token_missing));
  }
  if (!caller->may(scope)) {
    auto refusal = problem(ErrorCode::scope_missing);
    refusal.detail = fmt::format("needs the scope {}", name(scope));
    return std::unexpected(refusal);
  }
  return caller;
}

std::expected<Caller, Problem> require_session(const Api& api, const Request& request) {
  auto caller = identify(api, request);
  if (!caller) return caller;
  if (caller->session) return caller;
  if (!caller->account && !caller->anything) {
    return std::unexpected(problem(ErrorCode::token_missing));
  }
  auto refusal = problem(ErrorCode::scope_missing);
  refusal.detail = "needs a session: sign in with the account's key";
  return std::unexpected(refusal);
}

std::expected<Caller, Problem> require_account(const Api& api, const Request& request,
                                               custody::Scope scope) {
  auto caller = require(api, request, scope);
  if (caller && !caller->account) return std::unexpected(problem(ErrorCode::token_missing));
  return caller;
}

std::expected<bool, Problem> is_operator(const Api& api, const crypto::PublicKey& account) {
  const auto snapshot = api.views.snapshot();
  if (!snapshot) return std::unexpected(problem(snapshot.error()));
  const auto network = views::find_network(*snapshot);
  if (!network) return std::unexpected(problem(network.error()));
  return std::ranges::binary_search(network->operators, account);
}

std::expected<bool, Problem> is_member(const Api& api, const crypto::PublicKey& account) {
  const auto member = api.engine.ledger().answering(account);
  if (!member) return std::unexpected(problem(member.error()));
  return member->has_value();
}

std::expected<void, Problem> require_member(const Api& api, const crypto::PublicKey& account) {
  const auto agent = api.agents.find(account);
  auto allowed = is_member(api, agent ? agent->principal : account);
  if (allowed && !*allowed) allowed = is_operator(api, account);
  if (!allowed) return std::unexpected(allowed.error());
  if (*allowed) return {};
  auto refusal = problem(ErrorCode::not_a_member);
  refusal.detail = "the node keeps things for members alone";
  return std::unexpected(refusal);
}

engine::Source source_of(const Api& api, const Request& request) {
  if (request.bearer_token()) {
    const auto caller = identify(api, request);
    if (caller && caller->account) {
      if (const auto member = api.engine.source_of(*caller->account)) return *member;
    }
  }
  return engine::Source::of_address(request.peer);
}

}  // namespace tally::http
