#include "http/router.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace tally::http {
namespace {

std::vector<std::string> split_pattern(std::string_view pattern) {
  CHECK(pattern.starts_with('/'));
  std::vector<std::string> out;
  for (pattern.remove_prefix(1);; pattern.remove_prefix(out.back().size() + 1)) {
    out.emplace_back(pattern.substr(0, pattern.find('/')));
    if (out.back().size() == pattern.size()) return out;
  }
}

bool is_brace(std::string_view segment) { return segment.starts_with('{'); }

bool is_tail(std::string_view segment) { return segment.ends_with("...}"); }

std::string_view brace_name(std::string_view segment) {
  segment.remove_prefix(1);
  segment.remove_suffix(is_tail(segment) ? 4 : 1);
  return segment;
}

void check_pattern(const std::vector<std::string>& segments) {
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (!is_brace(segments[i])) continue;
    CHECK(segments[i].ends_with('}') && !brace_name(segments[i]).empty());
    CHECK(!is_tail(segments[i]) || i + 1 == segments.size());
  }
}

bool fits(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (i >= path.size()) return false;
    if (is_brace(pattern[i])) {
      if (path[i].empty()) return false;
      if (is_tail(pattern[i])) return true;
    } else if (pattern[i] != path[i]) {
      return false;
    }
  }
  return pattern.size() == path.size();
}

// Literal before brace before tail, at the first segment where two patterns differ in kind.
int rank(std::string_view segment) { return is_tail(segment) ? 2 : is_brace(segment) ? 1 : 0; }

bool more_literal(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::ranges::lexicographical_compare(a, b, {}, rank, rank);
}

const QueryRule* rule_for(const Route& route, std::string_view name) {
  for (const auto& rule : route.query) {
    const bool prefix = rule.name.ends_with('*');
    if (prefix ? name.starts_with(rule.name.substr(0, rule.name.size() - 1)) : name == rule.name) {
      return &rule;
    }
  }
  return nullptr;
}

}  // namespace

void Router::add(Route route) {
  CHECK(static_cast<bool>(route.handler) != static_cast<bool>(route.websocket));
  CHECK(route.method != Method::kHead && route.method != Method::kOptions);
  CHECK(!route.websocket || route.method == Method::kGet);
  auto segments = split_pattern(route.pattern);
  check_pattern(segments);
  auto pattern = std::ranges::find(patterns_, segments, &Pattern::segments);
  if (pattern == patterns_.end()) {
    const auto place =
        std::ranges::upper_bound(patterns_, segments, more_literal, &Pattern::segments);
    pattern = patterns_.insert(place, {std::move(segments), {}});
  }
  for (const auto index : pattern->routes) CHECK(routes_[index].method != route.method);
  pattern->routes.push_back(routes_.size());
  routes_.push_back(std::move(route));
}

const Router::Pattern* Router::best(const std::vector<std::string>& segments) const {
  const auto found = std::ranges::find_if(
      patterns_, [&](const Pattern& pattern) { return fits(pattern.segments, segments); });
  return found == patterns_.end() ? nullptr : &*found;
}

std::string Router::allow_of(const Pattern& pattern) const {
  std::string allow;
  for (const auto index : pattern.routes) {
    const auto& route = routes_[index];
    allow += std::string(name(route.method)) + ", ";
    if (route.method == Method::kGet && !route.websocket) allow += "HEAD, ";
  }
  return allow + "OPTIONS";
}

std::expected<Router::Match, Router::Refusal> Router::find(
    Method method, const std::vector<std::string>& segments) const {
  const auto* pattern = best(segments);
  if (pattern == nullptr) return std::unexpected(Refusal{HttpError::kRouteNotFound, {}});
  const auto wanted = method == Method::kHead ? Method::kGet : method;
  for (const auto index : pattern->routes) {
    const auto& route = routes_[index];
    if (route.method != wanted || (route.websocket && method == Method::kHead)) continue;
    Match match{&route, index, {}};
    for (std::size_t i = 0; i < pattern->segments.size(); ++i) {
      if (!is_brace(pattern->segments[i])) continue;
      std::string value = segments[i];
      if (is_tail(pattern->segments[i])) {
        for (std::size_t k = i + 1; k < segments.size(); ++k) value += '/' + segments[k];
      }
      match.params.emplace_back(brace_name(pattern->segments[i]), std::move(value));
    }
    return match;
  }
  return std::unexpected(Refusal{HttpError::kMethodNotAllowed, allow_of(*pattern)});
}

std::optional<Router::Options> Router::options(const std::vector<std::string>& segments) const {
  const auto* pattern = best(segments);
  if (pattern == nullptr) return std::nullopt;
  const bool is_public = std::ranges::all_of(
      pattern->routes, [&](std::size_t index) { return routes_[index].is_public; });
  Options out{allow_of(*pattern), is_public, {}};
  for (const auto index : pattern->routes) {
    for (const auto& header : routes_[index].options_headers) {
      if (!find_header(out.headers, header.name)) out.headers.push_back(header);
    }
  }
  return out;
}

std::optional<QueryRefusal> check_query(const Route& route, const std::vector<QueryItem>& query) {
  for (std::size_t i = 0; i < query.size(); ++i) {
    const auto* rule = rule_for(route, query[i].name);
    if (rule == nullptr) return QueryRefusal{HttpError::kQueryUnknown, query[i].name};
    if (rule->repeatable) continue;
    for (std::size_t k = 0; k < i; ++k) {
      if (query[k].name == query[i].name) {
        return QueryRefusal{HttpError::kQueryDuplicate, query[i].name};
      }
    }
  }
  return std::nullopt;
}

}  // namespace tally::http
