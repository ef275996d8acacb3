// BIP-340 Schnorr signatures over secp256k1: the ledger's signatures. libsecp256k1 does the work.
//
// Secrets: a SecretKey exists in one place, is moved and never copied, and is wiped when it goes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "base/id.hpp"
#include "crypto/secret_bytes.hpp"

namespace tally::crypto {

struct PublicKeyTag;
/// A public key as BIP-340 has it: the x coordinate, 32 bytes, big-endian. Any 32 bytes can be held
/// in it; about half of all values are the x coordinate of a point (valid()).
using PublicKey = tally::Id<PublicKeyTag>;

/// R.x ‖ s, each 32 bytes, big-endian. Not checked before verify().
struct Signature {
  std::array<std::uint8_t, 64> bytes{};

  auto operator<=>(const Signature&) const = default;
  [[nodiscard]] ByteView view() const { return bytes; }
  /// From exactly 64 bytes.
  static std::optional<Signature> from(ByteView view);
};

/// A secret key: a number between 1 and the group's order less one, 32 bytes, big-endian.
class SecretKey {
 public:
  /// The key of exactly 32 bytes, or nothing if the length or the number is out of range.
  static std::optional<SecretKey> from(ByteView bytes);
  /// A new key from the kernel's entropy.
  static SecretKey generate();

  /// The 32 secret bytes, valid as long as the key is: for sealing and derivation only.
  [[nodiscard]] ByteView secret() const { return bytes_.view(); }

 private:
  SecretKey() : bytes_(std::size_t{32}) {}
  SecretBytes bytes_;
};

/// The public key of `secret`. Any thread.
PublicKey public_key(const SecretKey& secret);

/// Signs a 32-byte message, which is a tagged hash. The nonce is derived from key, message and
/// fresh entropy, as BIP-340 recommends: bad entropy cannot leak the key. Any thread.
Signature sign(const SecretKey& secret, const Hash32& message);

/// Signs a message of any length with the auxiliary randomness given, so with a determined result.
Signature sign(const SecretKey& secret, ByteView message, const Hash32& aux);

/// Whether `key` is the x coordinate of a point of the curve.
[[nodiscard]] bool valid(const PublicKey& key);

/// Whether `signature` is valid for a 32-byte message; false too if `key` is not valid().
/// 30 to 50 µs. Any thread.
[[nodiscard]] bool verify(const PublicKey& key, const Hash32& message, const Signature& signature);

/// Likewise for a message of any length.
[[nodiscard]] bool verify(const PublicKey& key, ByteView message, const Signature& signature);

/// A public key with its y coordinate already computed: verifying many signatures of one key saves
/// a square root each (about 5 µs). Immutable; any thread.
class VerifyingKey {
 public:
  /// Nothing if `key` is not valid().
  static std::optional<VerifyingKey> parse(const PublicKey& key);

  [[nodiscard]] bool verify(const Hash32& message, const Signature& signature) const;
  [[nodiscard]] bool verify(ByteView message, const Signature& signature) const;

 private:
  VerifyingKey() = default;
  // A secp256k1_xonly_pubkey, which schnorr.cpp checks for size.
  std::array<std::uint8_t, 64> point_{};
};

}  // namespace tally::crypto
