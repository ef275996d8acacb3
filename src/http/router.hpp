// Routes: which handler answers which method and path, what it takes, and the list of them all.
#pragma once

#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/http_error.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "http/websocket.hpp"

namespace tally::http {

/// Answers one request through the Reply, at once or later, from any thread. Runs on a connection
/// thread, so it must not block: work that takes long is handed on together with the Reply.
using Handler = std::function<void(Request, Reply)>;

/// A query parameter that a route takes. A name that ends in `*` stands for all that begin so
/// (EPCIS's `EQ_*`). Given twice it is refused, unless it is repeatable.
struct QueryRule {
  std::string name;
  bool repeatable = false;
};

struct Route {
  Method method = Method::kGet;
  /// Segments after slashes: literal ("transactions:batch"), `{name}` for any one non-empty
  /// segment, or, as the last, `{name...}` for all that is left. A literal goes before a brace.
  std::string pattern;
  Handler handler;  ///< not with `websocket`
  std::vector<QueryRule> query = {};
  std::size_t body_bytes_max = 0;   ///< 0: takes no body
  bool is_public = false;           ///< any web page may read it (CORS)
  bool look_up = false;             ///< counts as a look-up of its address (ServerLimits)
  WebSocketHandler websocket = {};  ///< the route speaks WebSocket instead; the method is GET
  std::vector<Header> options_headers = {};  ///< of the answer to OPTIONS for its pattern
};

/// Filled once at start, then only read, by many threads.
class Router {
 public:
  /// Adds a route. A malformed pattern, or the same method and pattern twice, is a bug (CHECK).
  void add(Route route);

  struct Match {
    const Route* route = nullptr;
    std::size_t index = 0;  ///< of the route in routes()
    std::vector<std::pair<std::string, std::string>> params;
  };
  struct Refusal {
    HttpError error;
    std::string allow;  ///< for kMethodNotAllowed: the Allow field
  };

  /// The route for a decoded path. HEAD finds the GET route. Of several patterns the one that is
  /// literal earliest wins, whatever its methods. Errors: kRouteNotFound, then kMethodNotAllowed.
  [[nodiscard]] std::expected<Match, Refusal> find(Method method,
                                                   const std::vector<std::string>& segments) const;

  /// The Allow field of the path's best pattern, e.g. "GET, HEAD, OPTIONS", whether the route of
  /// each listed method is public, and what their routes add; nothing if no pattern fits.
  struct Options {
    std::string allow;
    bool is_public = false;
    std::vector<Header> headers = {};  ///< each name once: of the first route that has it
  };
  [[nodiscard]] std::optional<Options> options(const std::vector<std::string>& segments) const;

  /// All routes in the order they were added (tests hold this list against api/openapi.yaml).
  [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }

 private:
  struct Pattern {
    std::vector<std::string> segments;  ///< as written, with braces
    std::vector<std::size_t> routes;    ///< indexes into routes_, one for each method
  };
  [[nodiscard]] const Pattern* best(const std::vector<std::string>& segments) const;
  [[nodiscard]] std::string allow_of(const Pattern& pattern) const;

  std::vector<Route> routes_;
  std::vector<Pattern> patterns_;  ///< most literal first
};

/// A query that the route does not take.
struct QueryRefusal {
  HttpError error;  ///< kQueryUnknown or kQueryDuplicate
  std::string name;
};

/// Checks each item in order against the route's rules; the first offender is reported.
std::optional<QueryRefusal> check_query(const Route& route, const std::vector<QueryItem>& query);

}  // namespace tally::http
