#include "http/http_error.hpp"

#include <algorithm>
#include <array>

#include "base/check.hpp"

namespace tally::http {
namespace {

using enum HttpError;

constexpr std::array kRows = {
    HttpErrorInfo{kRequestLineInvalid, 400, "request_line_invalid", "malformed", "never",
                  "The request line is not METHOD SP target SP HTTP-version"},
    HttpErrorInfo{kRequestLineTooLong, 414, "request_line_too_long", "malformed", "never",
                  "The request line is too long"},
    HttpErrorInfo{kHeadTooLarge, 431, "head_too_large", "malformed", "never",
                  "The header fields are too large"},
    HttpErrorInfo{kHeaderCount, 431, "header_count", "malformed", "never",
                  "There are too many header fields"},
    HttpErrorInfo{kLineEnding, 400, "line_ending", "malformed", "never",
                  "Lines end in CR LF, and neither stands alone"},
    HttpErrorInfo{kObsFold, 400, "obs_fold", "malformed", "never",
                  "A header field continues on a second line"},
    HttpErrorInfo{kHeaderName, 400, "header_name", "malformed", "never",
                  "A header field name is not a token followed by a colon"},
    HttpErrorInfo{kHeaderValue, 400, "header_value", "malformed", "never",
                  "A header field value has a control character"},
    HttpErrorInfo{kHeaderDuplicate, 400, "header_duplicate", "malformed", "never",
                  "A header field that has one value is sent twice"},
    HttpErrorInfo{kVersion, 505, "version", "malformed", "never",
                  "Only HTTP/1.1 and HTTP/1.0 are spoken"},
    HttpErrorInfo{kMethodUnknown, 501, "method_unknown", "malformed", "never",
                  "The method is not known"},
    HttpErrorInfo{kHostMissing, 400, "host_missing", "malformed", "never",
                  "There must be exactly one Host field"},
    HttpErrorInfo{kHostInvalid, 400, "host_invalid", "malformed", "never",
                  "The Host field is not host[:port]"},
    HttpErrorInfo{kHostNotServed, 421, "host_not_served", "malformed", "never",
                  "This server does not answer for that host"},
    HttpErrorInfo{kContentLength, 400, "content_length", "malformed", "never",
                  "Content-Length must be sent once, in plain digits"},
    HttpErrorInfo{kTransferEncoding, 501, "transfer_encoding", "malformed", "never",
                  "The only transfer coding understood is exactly chunked"},
    HttpErrorInfo{kFramingConflict, 400, "framing_conflict", "malformed", "never",
                  "Transfer-Encoding stands beside Content-Length or in HTTP/1.0"},
    HttpErrorInfo{kExpectation, 417, "expectation", "malformed", "never",
                  "The only expectation understood is 100-continue"},
    HttpErrorInfo{kTargetInvalid, 400, "target_invalid", "malformed", "never",
                  "The request target is not a valid path and query"},
    HttpErrorInfo{kQueryUnknown, 400, "query_unknown", "malformed", "never",
                  "The route has no such query parameter"},
    HttpErrorInfo{kQueryDuplicate, 400, "query_duplicate", "malformed", "never",
                  "A query parameter is given twice"},
    HttpErrorInfo{kRouteNotFound, 404, "route_not_found", "not_found", "never",
                  "There is nothing at this path"},
    HttpErrorInfo{kMethodNotAllowed, 405, "wrong_method", "malformed", "never",
                  "The path does not take this method"},
    HttpErrorInfo{kUpgradeRequired, 426, "upgrade_required", "malformed", "never",
                  "This path speaks WebSocket"},
    HttpErrorInfo{kUpgradeInvalid, 400, "upgrade_invalid", "malformed", "never",
                  "The WebSocket handshake is not valid"},
    HttpErrorInfo{kBodyTooLarge, 413, "request_too_large", "malformed", "never",
                  "The body is larger than this route takes"},
    HttpErrorInfo{kChunkInvalid, 400, "chunk_invalid", "malformed", "never",
                  "The chunked body is not well formed"},
    HttpErrorInfo{kJsonInvalid, 400, "json_invalid", "malformed", "never",
                  "The body is not the JSON that this route takes"},
    HttpErrorInfo{kMediaType, 415, "media_type", "malformed", "never",
                  "This route does not take that Content-Type"},
    HttpErrorInfo{kTimeout, 408, "timeout", "malformed", "same_bytes",
                  "The request did not arrive in time"},
    HttpErrorInfo{kOverloaded, 503, "overloaded", "overloaded", "later",
                  "The server has as much to do as it takes on"},
    HttpErrorInfo{kInternal, 500, "internal", "internal", "same_bytes",
                  "The server failed before it had an answer"},
    HttpErrorInfo{kRequestRate, 429, "request_rate", "overloaded", "later",
                  "This address asks more often than one address may"},
};

}  // namespace

const HttpErrorInfo& info(HttpError error) {
  const auto row = std::ranges::find(kRows, error, &HttpErrorInfo::error);
  CHECK(row != kRows.end());
  return *row;
}

}  // namespace tally::http
