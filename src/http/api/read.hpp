// How the reading routes work: every answer is of one height of the views and says which, waits for
// a height if it is asked to (`min_height`, so that a caller reads its own writes), and is given to
// a caller that is known.
#pragma once

#include <boost/json/fwd.hpp>
#include <boost/json/object.hpp>
#include <expected>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/lock.hpp"
#include "http/api/caller.hpp"
#include "http/api/problems.hpp"
#include "views/page.hpp"
#include "views/views.hpp"

namespace tally::http {

template <typename T>
using OrProblem = std::expected<T, Problem>;

/// One read. Lives as long as its handler runs.
struct Read {
  const Api& api;
  const Request& request;
  Caller caller;
  views::Snapshot snapshot;

  /// `body` with `as_of_height`, as the answer.
  [[nodiscard]] Response answer(boost::json::object body) const;
};

using ReadHandler = std::function<OrProblem<Response>(const Read&)>;

struct ReadRoute {
  std::string pattern;
  ReadHandler handler;
  std::vector<QueryRule> query = {};  ///< Beside `min_height`, and `limit` and `cursor` if paged.
  bool paged = false;
  bool is_public = false;
  bool look_up = false;
};

/// Adds a GET route.
void add_read(Router& router, const Api& api, ReadRoute route);

/// Adds a route whose handler may block, on a background thread.
void add_write(Router& router, const Api& api, Method method, std::string pattern,
               std::function<OrProblem<Response>(const Api&, const Request&)> handler,
               std::size_t body_bytes_max = 0, std::vector<QueryRule> query = {});

// ---- Parameters of the query and of the path. Errors: bad_parameter, with the parameter's name.
// ----

/// A whole number in plain decimal digits.
[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view digits);
OrProblem<std::uint64_t> number_parameter(const Request& request, std::string_view name,
                                          std::uint64_t otherwise);
OrProblem<bool> flag_parameter(const Request& request, std::string_view name);
OrProblem<views::PageRequest> page_request(const Request& request);
/// The account of an address; `name` is for the error.
OrProblem<contracts::Account> parse_account(const Api& api, std::string_view name,
                                            std::string_view text);
/// Likewise, of an account that is a key.
OrProblem<contracts::PublicKey> parse_key(const Api& api, std::string_view name,
                                          std::string_view text);
/// An asset by id or symbol. Errors: asset_unknown, or a fault's problem.
OrProblem<contracts::AssetId> find_asset_id(const views::Snapshot& snapshot, std::string_view text);

// ---- Bodies in JSON. ----

/// The object in the body, which has these members and no other. Errors: unsupported_media_type,
/// those of parse_json_strict(), not_json (no object), bad_parameter (an unknown member).
OrProblem<boost::json::object> body_object(const Request& request,
                                           std::initializer_list<std::string_view> members);
/// A member that is a string. Errors: bad_parameter, also if it is missing.
OrProblem<std::string> text_member(const boost::json::object& object, std::string_view name);
/// A member that is a whole number, as a number or as digits.
OrProblem<std::uint64_t> number_member(const boost::json::object& object, std::string_view name);

// ---- Parts of answers. ----

[[nodiscard]] std::string address_of(const Api& api, const contracts::Account& account);
[[nodiscard]] std::string address_of(const Api& api, const contracts::PublicKey& key);

/// `next_cursor` (null: there are no more) and `pinned_height` of a page.
template <typename Row>
void add_page(boost::json::object& body, const views::Page<Row>& page) {
  body["next_cursor"] = page.next_cursor.empty() ? boost::json::value(nullptr)
                                                 : boost::json::value(page.next_cursor.c_str());
  body["pinned_height"] = std::to_string(page.height);
}

/// An asset as it is named beside an amount: `asset`, `symbol`, `decimals`, `issuer`. Without a
/// symbol if the views do not have it.
[[nodiscard]] boost::json::object asset_label(const Api& api, const views::Snapshot& snapshot,
                                              const contracts::AssetId& asset);

/// Whether the caller may read what belongs to `owner`: itself, an auditor. Errors: token_missing,
/// scope_missing (it is the owner, but the token does not cover it), not_yours.
OrProblem<void> require_own(const Caller& caller, const contracts::Account& owner);
/// Whose things a list is of: of the query's `party`, or else the caller's own; and the caller may
/// read them. `what` is for the error, as "whose orders". Errors: those of parse_key() and
/// require_own(), bad_parameter if it is nobody's.
OrProblem<contracts::PublicKey> asked_party(const Read& read, std::string_view what);

/// Takes the answer of a query apart: the value, or the problem of its error.
template <typename T, typename E>
OrProblem<T> checked(std::expected<T, E> answer) {
  if (!answer) return std::unexpected(problem(answer.error()));
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    return std::move(*answer);
  }
}

}  // namespace tally::http
