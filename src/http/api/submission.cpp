#include "http/api/submission.hpp"

#include "codec/json.hpp"

namespace tally::http {

contracts::Result<codec::SignedTransaction> parse_submission(const Request& request) {
  const auto type = request.media_type();
  if (type == "application/x-protobuf") return codec::decode_signed(request.body);
  if (type == "application/json") return codec::decode_signed_json(as_text(request.body));
  return contracts::fail(contracts::ErrorCode::unsupported_media_type);
}

}  // namespace tally::http
