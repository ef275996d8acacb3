#include "custody/secret_text.hpp"

#include <algorithm>

namespace tally::custody {

crypto::SecretBytes secret_text(std::string_view prefix, ByteView secret) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  crypto::SecretBytes text(prefix.size() + 2 * secret.size());
  auto out = std::ranges::copy(prefix, text.span().begin()).out;
  for (const auto byte : secret) {
    *out++ = static_cast<std::uint8_t>(kDigits[byte >> 4]);
    *out++ = static_cast<std::uint8_t>(kDigits[byte & 15]);
  }
  return text;
}

std::optional<crypto::SecretBytes> secret_from_text(std::string_view prefix, std::string_view text,
                                                    std::size_t size) {
  if (text.size() != prefix.size() + 2 * size || !text.starts_with(prefix)) return std::nullopt;
  auto bytes = from_hex(text.substr(prefix.size()));
  if (!bytes) return std::nullopt;
  crypto::SecretBytes secret{ByteView(*bytes)};
  crypto::wipe(*bytes);
  return secret;
}

}  // namespace tally::custody
