// A whole node without sockets: the ledger of beginning() on disks in memory, the engine, the views
// and everything that the routes stand on. One for the process.
#pragma once

#include <chrono>
#include <string>

#include "http/api/stream_events.hpp"
#include "http/router.hpp"

namespace tally::fuzz {

enum class CallerKind : std::uint8_t { stranger, anything, account, agent, wrong };
inline constexpr std::size_t kCallerKinds = 5;

class ApiWorld {
 public:
  /// Made at the first call. It lives as long as the process: its threads answer until the end.
  static ApiWorld& instance();

  [[nodiscard]] const std::vector<http::Route>& routes() const { return router_.routes(); }
  /// Answers the request as a session would hand it to the route, and waits for the answer: CHECKs
  /// that there is one.
  http::Response ask(const http::Route& route, http::Request request);
  /// Shakes hands with a WebSocket's route and parts again: the answer if it refuses.
  std::expected<void, http::Response> greet(const http::Route& route, http::Request request);
  /// Who asks, and what is to be read: of such a request alone.
  [[nodiscard]] http::OrProblem<http::Read> read(const http::Request& request) const;
  /// Every event of the beginning's blocks, in order.
  [[nodiscard]] const std::vector<http::StreamEvent>& events() const { return events_; }
  /// The Authorization of such a caller; none for a stranger.
  [[nodiscard]] std::vector<http::Header> credentials(CallerKind kind) const;
  /// A value that means something for a pattern's brace or a query's item of this name.
  [[nodiscard]] std::string sample(std::string_view name) const;
  /// The first height that a read would have to wait for.
  [[nodiscard]] std::uint64_t next_height() const;

  ApiWorld(const ApiWorld&) = delete;
  ApiWorld& operator=(const ApiWorld&) = delete;

 private:
  ApiWorld();
  struct Node;
  std::unique_ptr<Node> node_;
  http::Router router_;
  std::vector<http::StreamEvent> events_;
};

/// The names in a pattern's braces, in order, without the dots of the last.
[[nodiscard]] std::vector<std::string> braces_of(std::string_view pattern);

}  // namespace tally::fuzz
