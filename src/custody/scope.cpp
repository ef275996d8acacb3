#include "custody/scope.hpp"

namespace tally::custody {

std::string_view name(Scope scope) {
  switch (scope) {
    case Scope::read_own:
      return "read_own";
    case Scope::build:
      return "build";
    case Scope::capture:
      return "capture";
    case Scope::query:
      return "query";
    case Scope::subscribe:
      return "subscribe";
    case Scope::admin:
      return "admin";
    case Scope::operate:
      return "operate";
    case Scope::audit:
      return "audit";
  }
  return "unknown";
}

std::optional<Scope> scope_named(std::string_view text) {
  for (const auto scope : kScopes) {
    if (name(scope) == text) return scope;
  }
  return std::nullopt;
}

std::optional<ScopeSet> ScopeSet::from_mask(std::uint32_t mask) {
  ScopeSet set;
  for (const auto scope : kScopes) {
    if ((mask & bit(scope)) != 0) set.insert(scope);
  }
  if (set.mask() != mask) return std::nullopt;
  return set;
}

}  // namespace tally::custody
