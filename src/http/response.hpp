// What a route answers, and the handle by which it answers, from any thread, exactly once.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/request.hpp"

namespace tally::http {

/// One piece of a streamed body.
struct Chunk {
  enum class Kind : std::uint8_t {
    kMore,   ///< `bytes`, and ask again
    kLast,   ///< `bytes` end the body
    kBroken  ///< the body cannot be completed; the connection breaks, so nobody takes it for whole
  };
  Kind kind = Kind::kMore;
  std::string bytes;
};

/// A one-shot callback that can be copied, called from any thread, and is never forgotten: of all
/// its copies the first call counts, a second call is a bug (CHECK), and if the last copy goes
/// uncalled the fallback is delivered in its place.
template <typename T>
class Once {
 public:
  using Deliver = std::move_only_function<void(T)>;
  Once(Deliver deliver, T (*fallback)());
  /// Delivers `value`. Moves it out of this thread's hands.
  void operator()(T value) const;

 private:
  struct Ticket;
  std::shared_ptr<Ticket> ticket_;
};

/// Takes the answer to one pull of a ChunkSource. Unanswered: Chunk::kBroken.
class ChunkSink : public Once<Chunk> {
 public:
  explicit ChunkSink(Deliver deliver);
};

/// A body produced by pulling: called once for each chunk, and again only after the one before was
/// written to the peer (back-pressure). Called on the connection's thread; answers from any.
using ChunkSource = std::function<void(ChunkSink)>;

struct Response {
  int status = 200;
  std::string content_type = {};  ///< empty with an empty body
  std::string body = {};
  std::vector<Header> headers = {};  ///< beside those that the server writes itself
  ChunkSource stream = {};           ///< when set, the body; `body` is ignored

  /// Adds a header field and returns itself, for chaining.
  Response& with(std::string header_name, std::string value);
};

/// Takes the answer to one request. Unanswered: problem `internal`. The connection is not held up
/// by a slow answer; later pipelined requests proceed, and answers leave in the order of requests.
class Reply : public Once<Response> {
 public:
  explicit Reply(Deliver deliver);
};

/// A complete answer with a body of that type.
Response text_response(int status, std::string content_type, std::string body);

/// An answer whose body is pulled from `source`.
Response stream_response(std::string content_type, ChunkSource source);

/// The standard reason phrase, e.g. "Not Found"; "Unknown" for others.
std::string_view reason_phrase(int status);

extern template class Once<Chunk>;
extern template class Once<Response>;

}  // namespace tally::http
