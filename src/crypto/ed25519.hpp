// Ed25519 signatures, for what others' tools verify: checkpoints of the transparency log and
// cosignatures (C2SP signed notes). Ledger transactions use BIP-340. Source: RFC 8032; OpenSSL.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "base/id.hpp"
#include "crypto/secret_bytes.hpp"

namespace tally::crypto {

struct Ed25519PublicKeyTag;
/// The encoded point, 32 bytes (RFC 8032, section 5.1.5).
using Ed25519PublicKey = tally::Id<Ed25519PublicKeyTag>;

/// R ‖ S, 64 bytes. Not checked before ed25519_verify().
struct Ed25519Signature {
  std::array<std::uint8_t, 64> bytes{};

  auto operator<=>(const Ed25519Signature&) const = default;
  [[nodiscard]] ByteView view() const { return bytes; }
};

/// The secret seed, 32 bytes, any value. Moved, never copied; wiped when it goes.
class Ed25519SecretKey {
 public:
  /// From exactly 32 bytes.
  static std::optional<Ed25519SecretKey> from(ByteView seed);
  /// A new key from the kernel's entropy.
  static Ed25519SecretKey generate();

  /// The 32 secret bytes, valid as long as the key is: for sealing only.
  [[nodiscard]] ByteView secret() const { return seed_.view(); }

 private:
  Ed25519SecretKey() : seed_(std::size_t{32}) {}
  SecretBytes seed_;
};

/// The public key of `secret`. Any thread.
Ed25519PublicKey ed25519_public_key(const Ed25519SecretKey& secret);

/// The one signature of `secret` over a message of any length. Any thread.
Ed25519Signature ed25519_sign(const Ed25519SecretKey& secret, ByteView message);

/// Whether `signature` is valid for `message`; false too if `key` is no point. Any thread.
[[nodiscard]] bool ed25519_verify(const Ed25519PublicKey& key, ByteView message,
                                  const Ed25519Signature& signature);

}  // namespace tally::crypto
