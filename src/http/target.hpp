// The target of a request: path and query, decoded strictly.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/http_error.hpp"
#include "http/request.hpp"

namespace tally::http {

inline constexpr std::size_t kTargetSegmentsMax = 32;
inline constexpr std::size_t kTargetQueryItemsMax = 64;

struct Target {
  std::string path;                   ///< as sent, before the `?`
  std::vector<std::string> segments;  ///< between slashes, decoded; "/" is one empty segment
  std::vector<QueryItem> query;       ///< in order; an item without `=` has an empty value
};

/// Splits and decodes a target in origin form (`/path?query`); the absolute and asterisk forms,
/// which only proxies need, are refused, as are characters outside RFC 3986, broken escapes,
/// control characters and invalid UTF-8 after decoding, `.` and `..` segments in any spelling, and
/// more segments or items than the limits. All of these are kTargetInvalid.
std::expected<Target, HttpError> parse_target(std::string_view raw);

/// Decodes %XX; nothing on a broken escape, a control character, or a result that is not UTF-8.
std::optional<std::string> percent_decode(std::string_view text);

/// Whether `text` is well-formed UTF-8 (no overlong forms, no surrogates).
bool is_utf8(std::string_view text);

}  // namespace tally::http
