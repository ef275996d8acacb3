// The head of a request, checked on its raw bytes.
//
// Boost 1.81's parser was seen to accept obs-fold, two Host fields, `Content-Length: 5, 5`, unknown
// transfer codings, and chunked on HTTP/1.0: each is a way to make two servers disagree on where a
// request ends (request smuggling, CVE-2019-16276 and its kin). So the head is read up to its empty
// line under limits and judged here, in full and without Beast; only a head that passed goes on.
// Beast then decodes chunked bodies and speaks WebSocket. Pure functions, no sockets: see the table
// of attacks in tests/unit/http/head_test.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/http_error.hpp"
#include "http/request.hpp"

namespace tally::http {

struct HeadLimits {
  std::size_t request_line_bytes_max = 8192;
  std::size_t head_bytes_max = 16384;  ///< request line, fields and the empty line
  std::size_t header_count_max = 64;
};

/// Finds the end of a head in a growing buffer, looking at each byte once.
class HeadScanner {
 public:
  explicit HeadScanner(const HeadLimits& limits) : limits_(limits) {}

  /// `data` begins with the head and holds all that earlier calls saw. Returns the size of the head
  /// including its empty line, or nothing if more bytes are needed.
  /// Errors as soon as they can be seen: kLineEnding, kHeaderValue (control character),
  /// kRequestLineInvalid (empty first line), kRequestLineTooLong, kHeadTooLarge.
  std::expected<std::optional<std::size_t>, HttpError> scan(std::string_view data);

 private:
  HeadLimits limits_;
  std::size_t scanned_ = 0;
  std::size_t line_begin_ = 0;
};

struct Head {
  Method method = Method::kGet;
  std::string target;
  int minor_version = 1;
  std::vector<Header> headers;  ///< names in lower case, values trimmed
  std::string host;
  std::optional<std::uint64_t> content_length;
  bool chunked = false;
  bool keep_alive = true;
  bool expects_continue = false;
  bool upgrades_websocket = false;
};

/// Judges one head, which HeadScanner has found whole. Errors in precedence order: the request line
/// (kRequestLineInvalid, kVersion, kMethodUnknown); the fields, line by line (kHeaderCount,
/// kObsFold, kHeaderName, kHeaderValue); single-valued fields sent twice (kContentLength,
/// kTransferEncoding, kHostMissing for Host, kHeaderDuplicate for others); Host (kHostMissing,
/// kHostInvalid); framing (kContentLength, kTransferEncoding, kFramingConflict); kExpectation.
std::expected<Head, HttpError> parse_head(std::string_view block, const HeadLimits& limits);

/// host[:port] with a registered name, an IPv4 address or a bracketed IPv6 address; no userinfo.
bool is_valid_host(std::string_view host);

}  // namespace tally::http
