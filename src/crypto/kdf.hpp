// Keys from passphrases (scrypt, RFC 7914; PBKDF2, RFC 8018) and from other keys (HKDF, RFC 5869).
// Source of the code: OpenSSL.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "crypto/random.hpp"

namespace tally::crypto {

/// What one guess at a passphrase costs. Memory: 128 · 2^log2_n · r bytes; time: in proportion to
/// that times p.
struct ScryptCost {
  std::uint8_t log2_n = 17;
  std::uint8_t r = 8;
  std::uint8_t p = 1;
  bool operator==(const ScryptCost&) const = default;
};

/// The memory that a hostile file can make scrypt take. The default cost takes half of it, about
/// 0.4 s on one core.
inline constexpr std::uint64_t kScryptBytesMax = std::uint64_t{256} << 20;
inline constexpr std::uint8_t kScryptParallelMax = 4;

/// Whether log2_n, r and p are at least 1, p at most kScryptParallelMax, and the memory at most
/// kScryptBytesMax.
[[nodiscard]] bool scrypt_cost_allowed(const ScryptCost& cost);

/// 32 bytes from passphrase and salt of any length; nothing if the cost is not allowed. Any thread.
std::optional<SecretBytes> scrypt(ByteView passphrase, ByteView salt, const ScryptCost& cost);

/// The most bytes that HKDF-SHA-256 gives.
inline constexpr std::size_t kHkdfBytesMax = 255 * std::size_t{32};

/// `size` bytes, 1 to kHkdfBytesMax, from a uniformly random key; `info` tells apart what they are
/// for. Any thread.
SecretBytes hkdf_sha256(ByteView key, ByteView salt, ByteView info, std::size_t size);

/// PBKDF2 with HMAC-SHA-512 and 64 bytes of result: for BIP-39, where the standard demands it. Any
/// thread.
SecretBytes pbkdf2_sha512(ByteView passphrase, ByteView salt, std::uint32_t rounds);

}  // namespace tally::crypto
