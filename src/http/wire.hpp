// Private to this folder: answers as bytes.
#pragma once

#include <string>
#include <string_view>

#include "http/response.hpp"

namespace tally::http {

/// What of the request and the connection decides how an answer is written.
struct WireContext {
  std::string_view date = {};  ///< the whole Date line
  bool head_only = false;      ///< the answer to HEAD
  bool keep_alive = true;
  bool is_public = false;  ///< CORS: any origin may read
  bool secure = false;     ///< over TLS
  int minor_version = 1;   ///< of the request
};

/// Appends the status line, the fields and, unless the response streams or the request was HEAD,
/// the body. A streamed body is chunked in HTTP/1.1; in 1.0 it lasts until the connection closes,
/// so the caller passes keep_alive = false. Control characters in field values become spaces: a
/// value that holds a caller's text cannot split the answer.
void append_response(std::string& out, const Response& response, const WireContext& context);

/// Appends one chunk; nothing for an empty one, which would end the body.
void append_chunk(std::string& out, std::string_view bytes, bool chunked);

/// Appends the end of a chunked body.
void append_last_chunk(std::string& out, bool chunked);

}  // namespace tally::http
