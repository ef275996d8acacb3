// The real session code over a socket pair, on this thread alone: what arrives, and in what pieces,
// is the caller's choice, and the connection stands still in between.
#pragma once

#include <deque>
#include <string>

#include "http/session.hpp"

namespace tally::fuzz {

/// Routes that show what a session made of a request.
///   POST /echo          answers with its body
///   GET  /hello/{name}  answers with the name and the query
///   POST /later         answers when release() is called, the last first
///   GET  /count/{n}     streams so many numbers
///   GET  /forget        is never answered by its handler
///   GET  /stream        a WebSocket that echoes
struct SampleRoutes {
  std::deque<http::Reply> parked;
  std::size_t texts = 0;         ///< WebSocket messages that came
  std::size_t copies = 1;        ///< How often each is echoed.
  std::size_t longest_text = 0;  ///< of them
  bool utf8 = true;              ///< all of them
  [[nodiscard]] http::Router router();
};

class Conversation {
 public:
  Conversation();
  ~Conversation();
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  /// Sends bytes and lets the server do what it can; keeps what it answers.
  void send(std::string_view bytes);
  /// Answers what is parked.
  void release();
  /// Sends no more, and waits for the server to end the connection: CHECKs that it does. Returns
  /// all that it answered.
  [[nodiscard]] std::string finish();
  /// What it has answered so far.
  [[nodiscard]] const std::string& output() const { return output_; }
  [[nodiscard]] SampleRoutes& routes() { return routes_; }

 private:
  void poll();

  SampleRoutes routes_;
  http::Metrics metrics_;
  std::shared_ptr<http::Worker> worker_ = std::make_shared<http::Worker>();
  std::shared_ptr<http::Shared> shared_;
  int socket_ = -1;
  std::string output_;
};

}  // namespace tally::fuzz
