// A node's answer over HTTP, read. Shared by the harnesses that talk to a real node.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "client/http_client.hpp"

namespace tally::fault {

struct Answer {
  int status = 0;
  boost::json::object body;  ///< Empty if the answer is no JSON object.

  /// A member that is a string; empty if it is not there or something else.
  [[nodiscard]] std::string text(std::string_view member) const;
  /// A member that is a number, or one in a string as 64-bit ones are; 0 if it is not there.
  [[nodiscard]] std::uint64_t number(std::string_view member) const;
  /// Whether a member is there and true.
  [[nodiscard]] bool is(std::string_view member) const;
};

[[nodiscard]] Answer read_answer(const client::ClientResponse& response);

/// The same of an object within an answer.
[[nodiscard]] std::uint64_t number_of(const boost::json::object& object, std::string_view member);

/// The address of one of the development network's well-known names.
[[nodiscard]] std::string development_address(std::string_view name);

/// The token of a session of that name; nothing if the node did not give one.
[[nodiscard]] std::optional<std::string> sign_in(client::HttpClient& client, std::string_view name);

}  // namespace tally::fault
