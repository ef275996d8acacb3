// A submission as a request carries it.
#pragma once

#include "codec/transaction.hpp"
#include "contracts/error_code.hpp"
#include "http/request.hpp"

namespace tally::http {

/// The signed transaction in the body, in protobuf or JSON by its media type. Errors:
/// unsupported_media_type, those of codec::decode_signed() and decode_signed_json().
[[nodiscard]] contracts::Result<codec::SignedTransaction> parse_submission(const Request& request);

}  // namespace tally::http
