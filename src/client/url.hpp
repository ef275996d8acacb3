// Where a server is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tally::client {

struct Url {
  bool tls = false;
  std::string host;  ///< name or IP address, v6 without its brackets
  std::uint16_t port = 0;
  std::string target = "/";  ///< path and query

  /// The Host field: brackets around v6, the port unless it is the scheme's own.
  [[nodiscard]] std::string authority() const;
};

/// Parses http, https, ws or wss URLs with a host, an optional port and an optional path and query.
/// Nothing on userinfo, a fragment, an empty host, or characters that do not belong in a URL.
std::optional<Url> parse_url(std::string_view text);

}  // namespace tally::client
