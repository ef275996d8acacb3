// What the transport itself refuses, before any route sees the request. Numbers are append-only and
// are answered to callers (problem.hpp); they share no family with the ledger's own codes.
#pragma once

#include <cstdint>
#include <string_view>

namespace tally::http {

enum class HttpError : std::uint16_t {
  // The head of a request, as head.hpp checks it.
  kRequestLineInvalid = 9001,
  kRequestLineTooLong = 9002,
  kHeadTooLarge = 9003,
  kHeaderCount = 9004,
  kLineEnding = 9005,
  kObsFold = 9006,
  kHeaderName = 9007,
  kHeaderValue = 9008,
  kHeaderDuplicate = 9009,
  kVersion = 9010,
  kMethodUnknown = 9011,
  kHostMissing = 9012,
  kHostInvalid = 9013,
  kHostNotServed = 9014,
  kContentLength = 9015,
  kTransferEncoding = 9016,
  kFramingConflict = 9017,
  kExpectation = 9018,
  // The target and the route.
  kTargetInvalid = 9101,
  kQueryUnknown = 9102,
  kQueryDuplicate = 9103,
  kRouteNotFound = 9104,
  kMethodNotAllowed = 9105,
  kUpgradeRequired = 9106,
  kUpgradeInvalid = 9107,
  // The body.
  kBodyTooLarge = 9201,
  kChunkInvalid = 9202,
  kJsonInvalid = 9203,
  kMediaType = 9204,
  // The server's own state.
  kTimeout = 9301,
  kOverloaded = 9302,
  kInternal = 9303,
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
