// The node as the story's people reach it: public HTTP, JSON, problem+json.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "client/http_client.hpp"

namespace tally::story {

namespace json = boost::json;

/// An answer, JSON or not.
struct Answer {
  int status = 0;
  json::value body;  ///< Null if the answer is not JSON.
  std::string text;
  std::string location;
  std::uint64_t us = 0;  ///< How long it took.

  [[nodiscard]] bool ok() const { return status >= 200 && status < 300; }
  /// The problem's code, or empty.
  [[nodiscard]] std::string code() const { return field("code"); }
  /// A member of the body as text: a string as it is, a number in digits, else empty.
  [[nodiscard]] std::string field(std::string_view name) const;
  /// A whole number in a member, whether it is written as a number or as digits; 0 if it is not
  /// there.
  [[nodiscard]] std::uint64_t number(std::string_view name) const;
  /// What to say of it: "200", or "404 item_unknown".
  [[nodiscard]] std::string describe() const;
};

/// A member, by names one inside the other ("as_seller.score"); null if it is not there.
[[nodiscard]] const json::value& member(const json::value& value, std::string_view path);
/// The member as digits or text; empty if it is not there.
[[nodiscard]] std::string text_of(const json::value& value);
[[nodiscard]] std::uint64_t number_of(const json::value& value);

/// One connection. A request is sent again, once, if the connection was closed under it: what the
/// story asks for may be asked twice. Throws std::runtime_error if there is no answer. Not
/// thread-safe.
class NodeClient {
 public:
  explicit NodeClient(std::string url);

  struct Call {
    std::string method = "GET";
    std::string target;
    std::string token = {};  ///< Empty: a stranger.
    std::string content_type = {};
    std::string body = {};
    std::string accept = "application/json";
  };
  Answer call(const Call& call);
  Answer get(std::string target, std::string token = {}) {
    return call({.target = std::move(target), .token = std::move(token)});
  }
  Answer post(std::string target, const json::value& body, std::string token = {});

  [[nodiscard]] const std::string& url() const { return url_; }

 private:
  std::string url_;
  client::HttpClient http_;
};

}  // namespace tally::story
