#include "client/url.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace tally::client {
namespace {

struct Scheme {
  std::string_view prefix;
  bool tls;
};
constexpr std::array<Scheme, 4> kSchemes = {
    {{"http://", false}, {"https://", true}, {"ws://", false}, {"wss://", true}}};

std::uint16_t default_port(bool tls) { return tls ? 443 : 80; }

}  // namespace

std::string Url::authority() const {
  std::string out = host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (port != default_port(tls)) out += ":" + std::to_string(port);
  return out;
}

std::optional<Url> parse_url(std::string_view text) {
  const auto scheme =
      std::ranges::find_if(kSchemes, [&](const Scheme& s) { return text.starts_with(s.prefix); });
  if (scheme == kSchemes.end()) return std::nullopt;
  text.remove_prefix(scheme->prefix.size());
  if (!std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f && c != '#'; })) {
    return std::nullopt;
  }
  Url url;
  url.tls = scheme->tls;
  const auto slash = text.find_first_of("/?");
  auto authority = text.substr(0, slash);
  if (slash != std::string_view::npos) {
    url.target = text.substr(slash);
    if (url.target.front() == '?') url.target.insert(0, "/");
  }
  std::string_view port;
  const auto bracket = authority.find(']');
  const auto colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  const bool has_port = colon != std::string_view::npos;
  if (has_port) {
    port = authority.substr(colon + 1);
    authority = authority.substr(0, colon);
  }
  if (authority.starts_with('[') && authority.ends_with(']')) {
    authority = authority.substr(1, authority.size() - 2);
  }
  if (authority.empty() || authority.find_first_of("@[]\\") != std::string_view::npos) {
    return std::nullopt;
  }
  url.host = authority;
  url.port = default_port(url.tls);
  if (has_port) {
    const auto [end, failure] = std::from_chars(port.begin(), port.end(), url.port);
    if (failure != std::errc{} || end != port.end() || url.port == 0) return std::nullopt;
  }
  return url;
}

}  // namespace tally::client
