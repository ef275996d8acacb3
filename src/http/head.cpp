#include "http/head.hpp"

#include <algorithm>
#include <array>

namespace tally::http {
namespace {

constexpr std::uint64_t kContentLengthDigitsMax = 18;
constexpr std::size_t kHostBytesMax = 255;

// Fields that mean one thing; a second one would leave the meaning to whoever reads it.
constexpr std::array<std::string_view, 11> kSingleValued = {
    "authorization",
    "content-length",
    "content-type",
    "expect",
    "host",
    "idempotency-key",
    "origin",
    "sec-websocket-key",
    "transfer-encoding",
    "content-encoding",
    "sec-websocket-version",
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

// RFC 9110 token characters.
bool is_token_char(char c) {
  return is_alpha(c) || is_digit(c) ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

// A byte that may stand in a line; HTAB may, other controls may not.
bool is_line_char(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return c == '\t' || (byte >= 0x20 && byte != 0x7f);
}

HttpError duplicate_error(std::string_view name) {
  if (name == "host") return HttpError::kHostMissing;
  if (name == "content-length") return HttpError::kContentLength;
  if (name == "transfer-encoding") return HttpError::kTransferEncoding;
  return HttpError::kHeaderDuplicate;
}

std::optional<HttpError> parse_request_line(std::string_view line, Head& head) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return HttpError::kRequestLineInvalid;
  const auto method = line.substr(0, first);
  const auto target = line.substr(first + 1, last - first - 1);
  const auto version = line.substr(last + 1);
  if (method.empty() || !std::ranges::all_of(method, is_token_char)) {
    return HttpError::kRequestLineInvalid;
  }
  if (target.empty() || target.find_first_of(" \t") != std::string_view::npos) {
    return HttpError::kRequestLineInvalid;
  }
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    return version.starts_with("HTTP/") ? HttpError::kVersion : HttpError::kRequestLineInvalid;
  }
  const auto known = parse_method(method);
  if (!known) return HttpError::kMethodUnknown;
  head.method = *known;
  head.target = target;
  head.minor_version = version.back() - '0';
  return std::nullopt;
}

std::optional<HttpError> parse_field(std::string_view line, Head& head) {
  if (line.front() == ' ' || line.front() == '\t') return HttpError::kObsFold;
  const auto colon = line.find(':');
  if (colon == 0 || colon == std::string_view::npos) return HttpError::kHeaderName;
  const auto name = line.substr(0, colon);
  if (!std::ranges::all_of(name, is_token_char)) return HttpError::kHeaderName;
  const auto value = trim(line.substr(colon + 1));
  if (!std::ranges::all_of(value, is_line_char)) return HttpError::kHeaderValue;
  head.headers.push_back({to_lower(name), std::string(value)});
  return std::nullopt;
}

std::optional<HttpError> check_duplicates(const std::vector<Header>& headers) {
  for (std::size_t i = 0; i < headers.size(); ++i) {
    if (std::ranges::find(kSingleValued, headers[i].name) == kSingleValued.end()) continue;
    for (std::size_t k = 0; k < i; ++k) {
      if (headers[k].name == headers[i].name) return duplicate_error(headers[i].name);
    }
  }
  return std::nullopt;
}

std::optional<std::uint64_t> parse_content_length(std::string_view text) {
  if (text.empty() || text.size() > kContentLengthDigitsMax) return std::nullopt;
  if (!std::ranges::all_of(text, is_digit)) return std::nullopt;
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) value = value * 10 + static_cast<std::uint64_t>(c - '0');
  return value;
}

std::optional<HttpError> read_framing(Head& head) {
  const auto length = find_header(head.headers, "content-length");
  const auto coding = find_header(head.headers, "transfer-encoding");
  if (length) {
    head.content_length = parse_content_length(*length);
    if (!head.content_length) return HttpError::kContentLength;
  }
  if (!coding) return std::nullopt;
  if (*coding != "chunked") return HttpError::kTransferEncoding;
  if (length || head.minor_version != 1) return HttpError::kFramingConflict;
  head.chunked = true;
  return std::nullopt;
}

void read_connection(Head& head) {
  bool closes = false;
  bool keeps = false;
  bool upgrades = false;
  for (const auto& header : head.headers) {
    if (header.name != "connection") continue;
    for_each_element(header.value, [&](std::string_view option) {
      closes |= equal_ignoring_case(option, "close");
      keeps |= equal_ignoring_case(option, "keep-alive");
      upgrades |= equal_ignoring_case(option, "upgrade");
    });
  }
  head.keep_alive = !closes && (head.minor_version == 1 || keeps);
  const auto upgrade = find_header(head.headers, "upgrade");
  head.upgrades_websocket =
      upgrades && head.minor_version == 1 && upgrade && equal_ignoring_case(*upgrade, "websocket");
}

}  // namespace

std::expected<std::optional<std::size_t>, HttpError> HeadScanner::scan(std::string_view data) {
  while (scanned_ < data.size()) {
    const char c = data[scanned_];
    if (line_begin_ == 0 && scanned_ >= limits_.request_line_bytes_max) {
      return std::unexpected(HttpError::kRequestLineTooLong);
    }
    if (scanned_ + 2 > limits_.head_bytes_max) return std::unexpected(HttpError::kHeadTooLarge);
    if (c == '\n') return std::unexpected(HttpError::kLineEnding);
    if (c != '\r') {
      if (!is_line_char(c)) return std::unexpected(HttpError::kHeaderValue);
      ++scanned_;
      continue;
    }
    if (scanned_ + 1 == data.size()) return std::nullopt;
    if (data[scanned_ + 1] != '\n') return std::unexpected(HttpError::kLineEnding);
    const bool empty_line = scanned_ == line_begin_;
    scanned_ += 2;
    if (empty_line) {
      if (line_begin_ == 0) return std::unexpected(HttpError::kRequestLineInvalid);
      return scanned_;
    }
    line_begin_ = scanned_;
  }
  return std::nullopt;
}

std::expected<Head, HttpError> parse_head(std::string_view block, const HeadLimits& limits) {
  Head head;
  std::size_t end = block.find("\r\n");
  if (end == std::string_view::npos) return std::unexpected(HttpError::kRequestLineInvalid);
  if (const auto error = parse_request_line(block.substr(0, end), head)) {
    return std::unexpected(*error);
  }
  for (block.remove_prefix(end + 2); !block.starts_with("\r\n"); block.remove_prefix(end + 2)) {
    end = block.find("\r\n");
    if (end == std::string_view::npos) return std::unexpected(HttpError::kLineEnding);
    if (head.headers.size() == limits.header_count_max) {
      return std::unexpected(HttpError::kHeaderCount);
    }
    if (const auto error = parse_field(block.substr(0, end), head)) return std::unexpected(*error);
  }
  if (const auto error = check_duplicates(head.headers)) return std::unexpected(*error);
  const auto host = find_header(head.headers, "host");
  if (!host) return std::unexpected(HttpError::kHostMissing);
  if (!is_valid_host(*host)) return std::unexpected(HttpError::kHostInvalid);
  head.host = *host;
  if (const auto error = read_framing(head)) return std::unexpected(*error);
  if (const auto expect = find_header(head.headers, "expect")) {
    if (!equal_ignoring_case(*expect, "100-continue")) {
      return std::unexpected(HttpError::kExpectation);
    }
    head.expects_continue = head.minor_version == 1;
  }
  read_connection(head);
  return head;
}

bool is_valid_host(std::string_view host) {
  if (host.empty() || host.size() > kHostBytesMax) return false;
  std::size_t name_end;
  if (host.front() == '[') {
    name_end = host.find(']');
    if (name_end == std::string_view::npos || name_end < 3) return false;
    const auto address = host.substr(1, name_end - 1);
    if (!std::ranges::all_of(address, [](char c) { return is_hex(c) || c == ':' || c == '.'; })) {
      return false;
    }
    ++name_end;
  } else {
    name_end = std::min(host.find(':'), host.size());
    const auto registered_name = host.substr(0, name_end);
    if (registered_name.empty()) return false;
    if (!std::ranges::all_of(registered_name, [](char c) {
          return is_alpha(c) || is_digit(c) || c == '-' || c == '.' || c == '_';
        })) {
      return false;
    }
  }
  if (name_end == host.size()) return true;
  const auto port = host.substr(name_end + 1);
  if (host[name_end] != ':' || port.empty() || port.size() > 5) return false;
  if (!std::ranges::all_of(port, is_digit)) return false;
  unsigned value = 0;
  for (const char c : port) value = value * 10 + static_cast<unsigned>(c - '0');
  return value >= 1 && value <= 65535;
}

}  // namespace tally::http
