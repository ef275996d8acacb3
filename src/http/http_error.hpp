// What the transport itself refuses, before any route sees the request. Numbers are append-only and
// are answered to callers (problem.hpp); they share no family with the ledger's own codes.
#pragma once

#include <cstdint>
#include <string_view>

namespace tally::http {

enum class HttpError : std::uint16_t {
  // The head of a request, as head.hpp checks it.
  kRequestLineInvalid = 8001,
  kRequestLineTooLong = 8002,
  kHeadTooLarge = 8003,
  kHeaderCount = 8004,
  kLineEnding = 8005,
  kObsFold = 8006,
  kHeaderName = 8007,
  kHeaderValue = 8008,
  kHeaderDuplicate = 8009,
  kVersion = 8010,
  kMethodUnknown = 8011,
  kHostMissing = 8012,
  kHostInvalid = 8013,
  kHostNotServed = 8014,
  kContentLength = 8015,
  kTransferEncoding = 8016,
  kFramingConflict = 8017,
  kExpectation = 8018,
  // The target and the route.
  kTargetInvalid = 8101,
  kQueryUnknown = 8102,
  kQueryDuplicate = 8103,
  kRouteNotFound = 8104,
  kMethodNotAllowed = 8105,
  kUpgradeRequired = 8106,
  kUpgradeInvalid = 8107,
  // The body.
  kBodyTooLarge = 8201,
  kChunkInvalid = 8202,
  kJsonInvalid = 8203,
  kMediaType = 8204,
  // The server's own state.
  kTimeout = 8301,
  kOverloaded = 8302,
  kInternal = 8303,
  kRequestRate = 8304,
};

/// How an HttpError is answered. All texts have static storage.
struct HttpErrorInfo {
  HttpError error;
  int status;
  std::string_view code;   ///< stable text, e.g. "obs_fold"
  std::string_view klass;  ///< malformed, not_found, overloaded or internal
  std::string_view retry;  ///< never, same_bytes, rebuild or later
  std::string_view title;
};

/// The row of `error`. Every enumerator has one (a unit test walks them).
const HttpErrorInfo& info(HttpError error);

}  // namespace tally::http
