// A request as a route sees it: plain values, checked by head.hpp and target.hpp before.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.hpp"

namespace tally::http {

enum class Method : std::uint8_t { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions };

/// The method's name on the wire.
std::string_view name(Method method);

/// The method of that exact name (they are case-sensitive), or nothing.
std::optional<Method> parse_method(std::string_view text);

/// One header field. In a Request the name is in lower case and the value is trimmed.
struct Header {
  std::string name;
  std::string value;
};

/// The value of the first field called `name` in any case, or nothing.
std::optional<std::string_view> find_header(const std::vector<Header>& headers,
                                            std::string_view name);

/// One `name=value` of the query, both percent-decoded. A `+` means a plus sign (RFC 3986), so that
/// times with an offset survive.
struct QueryItem {
  std::string name;
  std::string value;
};

struct Request {
  Method method = Method::kGet;
  std::string path;                   ///< as sent, without the query
  std::vector<std::string> segments;  ///< of the path, percent-decoded
  std::vector<QueryItem> query;       ///< in the order sent; names allowed by the route
  std::vector<std::pair<std::string, std::string>> params;  ///< what the pattern's braces matched
  std::vector<Header> headers;
  Bytes body;
  std::string host;            ///< the Host field, e.g. "node.example:8443"
  std::string remote_address;  ///< the peer's IP address, without its port
  std::string peer;            ///< what the peer counts as: that, or the first half of an IPv6 one
  bool secure = false;         ///< it came over TLS
  bool by_operator = false;    ///< it came over the operator's own socket or listener

  /// The value of header field `header_name` (any case), or nothing.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view header_name) const;
  /// What `{param_name}` of the route's pattern matched. Asking for another name is a bug (CHECK).
  [[nodiscard]] const std::string& param(std::string_view param_name) const;
  /// The first value of query parameter `item_name`, or nothing.
  [[nodiscard]] std::optional<std::string_view> query_value(std::string_view item_name) const;
  /// The token of `Authorization: Bearer <token>` (RFC 6750), or nothing.
  [[nodiscard]] std::optional<std::string_view> bearer_token() const;
  /// The Content-Type in lower case without its parameters, or empty.
  [[nodiscard]] std::string media_type() const;
  /// Whether the Accept field names `type` ("application/json") itself; wildcards do not count.
  [[nodiscard]] bool accepts(std::string_view type) const;
};

/// ASCII lower case; other bytes stay.
std::string to_lower(std::string_view text);

/// Equality of ASCII texts in any case.
bool equal_ignoring_case(std::string_view a, std::string_view b);

/// Without leading and trailing spaces and tabs.
std::string_view trim(std::string_view text);

/// Calls `visit` with each trimmed, non-empty element of a comma-separated header value.
template <typename Visit>
void for_each_element(std::string_view list, Visit visit) {
  while (!list.empty()) {
    const auto comma = list.find(',');
    const auto element = trim(list.substr(0, comma));
    if (!element.empty()) visit(element);
    if (comma == std::string_view::npos) return;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace tally::http
