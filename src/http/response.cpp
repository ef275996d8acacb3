#include "http/response.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <utility>

#include "base/check.hpp"
#include "http/problem.hpp"

namespace tally::http {

template <typename T>
struct Once<T>::Ticket {
  Ticket(Deliver deliver_in, T (*fallback_in)())
      : deliver(std::move(deliver_in)), fallback(fallback_in) {}
  Ticket(const Ticket&) = delete;
  Ticket& operator=(const Ticket&) = delete;
  ~Ticket() {
    if (!answered.test()) deliver(fallback());
  }
  Deliver deliver;
  T (*fallback)();
  std::atomic_flag answered;
};

template <typename T>
Once<T>::Once(Deliver deliver, T (*fallback)())
    : ticket_(std::make_shared<Ticket>(std::move(deliver), fallback)) {}

template <typename T>
void Once<T>::operator()(T value) const {
  CHECK(ticket_ && !ticket_->answered.test_and_set());
  ticket_->deliver(std::move(value));
}

template class Once<Chunk>;
template class Once<Response>;

ChunkSink::ChunkSink(Deliver deliver)
    : Once(std::move(deliver), +[] { return Chunk{Chunk::Kind::kBroken, {}}; }) {}

Reply::Reply(Deliver deliver)
    : Once(std::move(deliver), +[] { return problem_response(HttpError::kInternal); }) {}

Response& Response::with(std::string header_name, std::string value) {
  headers.push_back({std::move(header_name), std::move(value)});
  return *this;
}

Response text_response(int status, std::string content_type, std::string body) {
  Response response;
  response.status = status;
  response.content_type = std::move(content_type);
  response.body = std::move(body);
  return response;
}

Response stream_response(std::string content_type, ChunkSource source) {
  Response response;
  response.content_type = std::move(content_type);
  response.stream = std::move(source);
  return response;
}

std::string_view reason_phrase(int status) {
  static constexpr std::array<std::pair<int, std::string_view>, 35> kPhrases = {{
      {101, "Switching Protocols"},
      {200, "OK"},
      {201, "Created"},
      {202, "Accepted"},
      {204, "No Content"},
      {206, "Partial Content"},
      {301, "Moved Permanently"},
      {302, "Found"},
      {303, "See Other"},
      {304, "Not Modified"},
      {307, "Temporary Redirect"},
      {308, "Permanent Redirect"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {406, "Not Acceptable"},
      {408, "Request Timeout"},
      {409, "Conflict"},
      {410, "Gone"},
      {412, "Precondition Failed"},
      {413, "Content Too Large"},
      {414, "URI Too Long"},
      {415, "Unsupported Media Type"},
      {417, "Expectation Failed"},
      {421, "Misdirected Request"},
      {422, "Unprocessable Content"},
      {426, "Upgrade Required"},
      {429, "Too Many Requests"},
      {431, "Request Header Fields Too Large"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {503, "Service Unavailable"},
      {505, "HTTP Version Not Supported"},
  }};
  const auto row = std::ranges::find(kPhrases, status, &std::pair<int, std::string_view>::first);
  return row == kPhrases.end() ? "Unknown" : row->second;
}

}  // namespace tally::http
