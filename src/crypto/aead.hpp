// Authenticated encryption under a 32-byte key: ChaCha20-Poly1305 with a random nonce. Source: RFC
// 8439; OpenSSL.
//
//   sealed = nonce ciphertext tag        nonce = 12 random bytes, tag = 16 bytes
//
// Random nonces are safe for up to 2^32 messages of one key (the chance of a repeated nonce is then
// below 2^-32): a key is for one document, file or row, never for a stream of messages.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/bytes.hpp"
#include "crypto/random.hpp"

namespace tally::crypto {

/// A view of the 32 bytes of a key, which the caller keeps and wipes.
using AeadKey = std::span<const std::uint8_t, 32>;

/// What sealing adds to a message: nonce and tag.
inline constexpr std::size_t kAeadOverheadBytes = 12 + 16;
/// The longest message: what is longer is encrypted in parts.
inline constexpr std::size_t kAeadMessageBytesMax = std::size_t{1} << 30;

/// `message`, at most kAeadMessageBytesMax bytes (the caller's limits are lower), encrypted and
/// bound to `associated`, which is not part of the result and must be given again to open it. Any
/// thread.
Bytes aead_seal(AeadKey key, ByteView message, ByteView associated);

/// The message, or nothing if `sealed` is not what aead_seal made with this key and these
/// associated bytes; every argument may be hostile. Wiped when it goes out of scope. Any thread.
[[nodiscard]] std::optional<SecretBytes> aead_open(AeadKey key, ByteView sealed,
                                                   ByteView associated);

}  // namespace tally::crypto
