// Secrets as text, for API tokens and sessions: a prefix that scanners of source code know, and
// hexadecimal digits.
#pragma once

#include <optional>
#include <string_view>

#include "crypto/random.hpp"

namespace tally::custody {

/// `prefix` and two digits for each byte of `secret`.
crypto::SecretBytes secret_text(std::string_view prefix, ByteView secret);

/// The `size` bytes of such a text, or nothing if it is none.
[[nodiscard]] std::optional<crypto::SecretBytes> secret_from_text(std::string_view prefix,
                                                                  std::string_view text,
                                                                  std::size_t size);

}  // namespace tally::custody
