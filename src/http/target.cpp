#include "http/target.hpp"

#include <algorithm>

#include "base/bytes.hpp"

namespace tally::http {
namespace {

// RFC 3986 pchar without its escapes, which are checked when decoding.
bool is_path_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~!$&'()*+,;=:@%").find(c) != std::string_view::npos;
}

bool is_query_char(char c) { return is_path_char(c) || c == '/' || c == '?'; }

bool split_path(std::string_view path, std::vector<std::string>& out) {
  path.remove_prefix(1);
  while (true) {
    const auto slash = path.find('/');
    const auto segment = path.substr(0, slash);
    auto decoded = percent_decode(segment);
    if (!std::ranges::all_of(segment, is_path_char) || !decoded) return false;
    if (*decoded == "." || *decoded == "..") return false;
    if (out.size() == kTargetSegmentsMax) return false;
    out.push_back(std::move(*decoded));
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

bool split_query(std::string_view query, std::vector<QueryItem>& out) {
  if (!std::ranges::all_of(query, is_query_char)) return false;
  while (!query.empty()) {
    const auto amp = query.find('&');
    const auto item = query.substr(0, amp);
    const auto equals = item.find('=');
    auto name = percent_decode(item.substr(0, equals));
    auto value = percent_decode(equals == std::string_view::npos ? std::string_view{}
                                                                 : item.substr(equals + 1));
    if (!name || !value || name->empty()) return false;
    if (out.size() == kTargetQueryItemsMax) return false;
    out.push_back({std::move(*name), std::move(*value)});
    if (amp == std::string_view::npos) break;
    query.remove_prefix(amp + 1);
    if (query.empty()) return false;
  }
  return true;
}

}  // namespace

std::expected<Target, HttpError> parse_target(std::string_view raw) {
  if (!raw.starts_with('/')) return std::unexpected(HttpError::kTargetInvalid);
  Target target;
  const auto mark = raw.find('?');
  target.path = raw.substr(0, mark);
  if (!split_path(target.path, target.segments)) return std::unexpected(HttpError::kTargetInvalid);
  if (mark != std::string_view::npos && !split_query(raw.substr(mark + 1), target.query)) {
    return std::unexpected(HttpError::kTargetInvalid);
  }
  return target;
}

std::optional<std::string> percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      const auto byte = from_hex(text.substr(i + 1, 2));
      if (!byte || byte->size() != 1) return std::nullopt;
      c = static_cast<char>(byte->front());
      i += 2;
    }
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) return std::nullopt;
    out.push_back(c);
  }
  if (!is_utf8(out)) return std::nullopt;
  return out;
}

// The table of well-formed byte sequences: Unicode 15, section 3.9, table 3-7.
bool is_utf8(std::string_view text) {
  const auto at = [&](std::size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const auto in = [](unsigned byte, unsigned low, unsigned high) {
    return byte >= low && byte <= high;
  };
  for (std::size_t i = 0; i < text.size();) {
    const unsigned a = at(i);
    if (a < 0x80) {
      i += 1;
    } else if (in(a, 0xc2, 0xdf)) {
      if (!in(at(i + 1), 0x80, 0xbf)) return false;
      i += 2;
    } else if (in(a, 0xe0, 0xef)) {
      const unsigned low = a == 0xe0 ? 0xa0 : 0x80;
      const unsigned high = a == 0xed ? 0x9f : 0xbf;
      if (!in(at(i + 1), low, high) || !in(at(i + 2), 0x80, 0xbf)) return false;
      i += 3;
    } else if (in(a, 0xf0, 0xf4)) {
      const unsigned low = a == 0xf0 ? 0x90 : 0x80;
      const unsigned high = a == 0xf4 ? 0x8f : 0xbf;
      if (!in(at(i + 1), low, high) || !in(at(i + 2), 0x80, 0xbf) || !in(at(i + 3), 0x80, 0xbf)) {
        return false;
      }
      i += 4;
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace tally::http
