// Who is calling: nobody, an account that signed in, or the holder of an API token. Settlement
// needs none of this; private reads, builders with leases and capture do.
#pragma once

#include <expected>
#include <optional>

#include "custody/scope.hpp"
#include "http/api/context.hpp"
#include "http/problem.hpp"
#include "http/request.hpp"

namespace tally::http {

struct Caller {
  std::optional<crypto::PublicKey> account;  ///< The account or agent; none for a stranger.
  custody::ScopeSet scopes{};
  bool session = false;      ///< The account's own key signed in, moments ago.
  bool anything = false;     ///< The development token.
  bool is_operator = false;  ///< It came the operator's way, and has the scope operate.

  [[nodiscard]] bool may(custody::Scope scope) const { return anything || scopes.contains(scope); }
  /// Whether this is the account itself, with a right to read its own; or an auditor.
  [[nodiscard]] bool may_read(const crypto::PublicKey& owner) const;
};

/// Who sent the request. A request without credentials is a stranger's, or the operator's if it
/// came that way; one with wrong ones is refused. What a token with the scope `audit` asks for is
/// logged. Errors: token_invalid.
[[nodiscard]] std::expected<Caller, Problem> identify(const Api& api, const Request& request);

/// As identify(), for a route that needs a scope. Errors: token_missing, token_invalid,
/// scope_missing.
[[nodiscard]] std::expected<Caller, Problem> require(const Api& api, const Request& request,
                                                     custody::Scope scope);

/// As identify(), for what an account does itself: it has signed in. Errors: token_missing,
/// token_invalid, scope_missing (a token, or the development token, which is no account's).
[[nodiscard]] std::expected<Caller, Problem> require_session(const Api& api,
                                                             const Request& request);

/// As require(), for a route that needs an account too: the development token is none's. Errors:
/// those of require(), token_missing.
[[nodiscard]] std::expected<Caller, Problem> require_account(const Api& api, const Request& request,
                                                             custody::Scope scope);

/// Whether the account is one of the network's operators. Errors: those of the views.
[[nodiscard]] std::expected<bool, Problem> is_operator(const Api& api,
                                                       const crypto::PublicKey& account);

/// That the node may keep something for the account: it is a member's, an agent's whose principal
/// is one, or an operator's. Anybody can make a key, and so a million of them. Errors:
/// not_a_member, a fault's.
[[nodiscard]] std::expected<void, Problem> require_member(const Api& api,
                                                          const crypto::PublicKey& account);

/// Whether the account is a member, or another answers for it. Errors: a fault's.
[[nodiscard]] std::expected<bool, Problem> is_member(const Api& api,
                                                     const crypto::PublicKey& account);

/// Whom a submission is counted with: the member who answers for the caller, or else the caller's
/// address. Credentials that are no member's count for nothing, since anybody can have many keys.
[[nodiscard]] engine::Source source_of(const Api& api, const Request& request);

}  // namespace tally::http
