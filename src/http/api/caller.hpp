// Who is calling: nobody, an account that signed in, or the holder of an API token. Settlement needs
// none of this; private reads, builders with leases and capture do.
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
  custody::ScopeSet scopes;
  bool anything = false;  ///< The development token.

  [[nodiscard]] bool may(custody::Scope scope) const { return anything || scopes.contains(scope); }
  /// Whether this is the account itself, with a right to read its own; or an auditor.
  [[nodiscard]] bool may_read(const crypto::PublicKey& owner) const;
};

/// Who sent the request. A request without credentials is a stranger's; one with wrong ones is refused.
/// Errors: token_invalid.
[[nodiscard]] std::expected<Caller, Problem> identify(const Api& api, const Request& request);

/// As identify(), for a route that needs a scope. Errors: token_missing, token_invalid, scope_missing.
[[nodiscard]] std::expected<Caller, Problem> require(const Api& api, const Request& request,
                                                     custody::Scope scope);

}  // namespace tally::http
