#include "http/request.hpp"

#include <algorithm>
#include <array>

#include "base/check.hpp"

namespace tally::http {
namespace {

constexpr std::array<std::pair<std::string_view, Method>, 7> kMethods = {{
    {"GET", Method::kGet},
    {"HEAD", Method::kHead},
    {"POST", Method::kPost},
    {"PUT", Method::kPut},
    {"PATCH", Method::kPatch},
    {"DELETE", Method::kDelete},
    {"OPTIONS", Method::kOptions},
}};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::string_view name(Method method) {
  const auto row =
      std::ranges::find(kMethods, method, &std::pair<std::string_view, Method>::second);
  CHECK(row != kMethods.end());
  return row->first;
}

std::optional<Method> parse_method(std::string_view text) {
  for (const auto& [word, method] : kMethods) {
    if (word == text) return method;
  }
  return std::nullopt;
}

std::string to_lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), lower);
  return out;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::optional<std::string_view> find_header(const std::vector<Header>& headers,
                                            std::string_view name) {
  for (const auto& header : headers) {
    if (equal_ignoring_case(header.name, name)) return header.value;
  }
  return std::nullopt;
}

std::optional<std::string_view> Request::header(std::string_view header_name) const {
  return find_header(headers, header_name);
}

const std::string& Request::param(std::string_view param_name) const {
  const auto found = std::ranges::find(params, param_name,
                                       [](const auto& p) -> std::string_view { return p.first; });
  CHECK(found != params.end());
  return found->second;
}

std::optional<std::string_view> Request::query_value(std::string_view item_name) const {
  const auto found = std::ranges::find(query, item_name, &QueryItem::name);
  if (found == query.end()) return std::nullopt;
  return found->value;
}

std::optional<std::string_view> Request::bearer_token() const {
  const auto field = header("authorization");
  constexpr std::string_view kScheme = "bearer ";
  if (!field || field->size() <= kScheme.size()) return std::nullopt;
  if (!equal_ignoring_case(field->substr(0, kScheme.size()), kScheme)) return std::nullopt;
  const auto token = trim(field->substr(kScheme.size()));
  // The b64token alphabet; anything else is no token that we ever gave out.
  const auto valid = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("-._~+/=").find(c) != std::string_view::npos;
  };
  if (token.empty() || !std::ranges::all_of(token, valid)) return std::nullopt;
  return token;
}

std::string Request::media_type() const {
  const auto field = header("content-type");
  if (!field) return {};
  return to_lower(trim(field->substr(0, field->find(';'))));
}

bool Request::accepts(std::string_view type) const {
  bool found = false;
  for (const auto& field : headers) {
    if (field.name != "accept") continue;
    for_each_element(field.value, [&](std::string_view element) {
      if (equal_ignoring_case(trim(element.substr(0, element.find(';'))), type)) found = true;
    });
  }
  return found;
}

}  // namespace tally::http
