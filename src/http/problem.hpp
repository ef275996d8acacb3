// Errors over HTTP: RFC 9457 problem details with the ledger's own members.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "http/http_error.hpp"
#include "http/response.hpp"

namespace tally::http {

/// An error as a caller reads it. `code` and `number` are stable; programs look at those, at
/// `klass` and at `retry`, never at the texts.
struct Problem {
  int status = 500;
  std::string type = {};  ///< empty: "urn:tally:problem:<code>"; else what a standard demands
  std::uint32_t number = 0;
  std::string code;             ///< stable text, e.g. "already_spent"
  std::string klass;            ///< malformed, unauthorised, conflict, rule, expired, not_found, …
  std::string retry = "never";  ///< never, same_bytes, rebuild or later
  bool final = false;           ///< the transaction's fate is decided
  std::string title;            ///< one sentence, the same for every occurrence
  std::string detail;           ///< this occurrence; holds no secret
  std::optional<std::uint32_t> index;           ///< of the offending input, output or item
  std::optional<std::string> field;             ///< name of the offending field or parameter
  std::optional<std::string> conflicting_txid;  ///< who was first
  std::optional<std::string> txid;              ///< of the transaction that this is the answer to
  std::optional<std::uint64_t> height;          ///< the block that a rejection is in
  std::optional<std::uint64_t> figure;          ///< what is missing, the limit, the time
  std::optional<std::uint32_t> retry_after_s;   ///< also sent as Retry-After
};

/// The problem of a refusal by the transport itself.
Problem problem_of(HttpError error);

/// The problem as `application/problem+json`. Members without a value are left out.
Response problem_response(const Problem& problem);

/// Shorthand for a refusal by the transport. `field` names what was wrong, if one thing was.
Response problem_response(HttpError error, std::optional<std::string> field = std::nullopt);

}  // namespace tally::http
