// Hierarchical keys: from one seed, a tree of key pairs. Private derivation, and both
// serialisations. Source: BIP-32.
//
//   path       = "m" *( "/" number [ "'" ] )            number below 2^31; ' is hardened
//   extended   = version depth parent number chain key  78 bytes, written as Base58Check
//   version    = 4 bytes, "xprv" or "xpub" of the main network
//   depth      = 1 byte; parent = the first 4 bytes of RIPEMD-160(SHA-256(parent's public key))
//   number     = 4 bytes, big-endian; chain = 32 bytes; key = %x00 and 32 bytes, or 33 bytes
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

#include "base/bytes.hpp"
#include "base/id.hpp"
#include "crypto/random.hpp"
#include "crypto/schnorr.hpp"

namespace tally::crypto {

/// Added to a child's number for hardened derivation.
inline constexpr std::uint32_t kHardened = 0x80000000;

/// Why a key is refused, in the order of the checks.
enum class Bip32Error : std::uint16_t {
  kSeedSize = 1,     // a seed is 16 to 64 bytes
  kPath = 2,         // the path is not as the grammar has it
  kTooDeep = 3,      // more than 255 levels
  kUnusableKey = 4,  // the derived number is not a key: once in 2^127; take the next child
  kEncoding = 5,     // not Base58Check of 78 bytes
  kVersion = 6,      // not a version of the kind asked for
  kRootFields = 7,   // depth 0 with a parent or a number
  kKeyRange = 8,     // the key's prefix or number is out of range, or no point
};

/// What stands beside the key in either serialisation.
struct ExtendedKeyPlace {
  std::uint8_t depth = 0;
  std::array<std::uint8_t, 4> parent{};
  std::uint32_t number = 0;
  Hash32 chain{};
  bool operator==(const ExtendedKeyPlace&) const = default;
};

/// A public key with its place: what an xpub says.
struct ExtendedPublicKey {
  ExtendedKeyPlace place;
  std::array<std::uint8_t, 33> point{};  // compressed: 02 or 03, then x

  bool operator==(const ExtendedPublicKey&) const = default;
  /// The "xpub…" text.
  [[nodiscard]] std::string serialise() const;
  /// From an "xpub…" text, which may be hostile: kEncoding, kVersion, kRootFields, kKeyRange.
  static std::expected<ExtendedPublicKey, Bip32Error> parse(std::string_view text);
};

/// A secret key with its place. Moved, never copied.
class ExtendedSecretKey {
 public:
  /// The root of the tree ("m") of a seed: kSeedSize, kUnusableKey.
  static std::expected<ExtendedSecretKey, Bip32Error> from_seed(ByteView seed);
  /// From an "xprv…" text, which may be hostile: kEncoding, kVersion, kRootFields, kKeyRange.
  static std::expected<ExtendedSecretKey, Bip32Error> parse(std::string_view text);

  ExtendedSecretKey(ExtendedSecretKey&&) noexcept = default;
  ExtendedSecretKey& operator=(ExtendedSecretKey&&) noexcept = default;
  ~ExtendedSecretKey() { wipe(place_.chain); }

  /// The child of that number, hardened from kHardened on: kTooDeep, kUnusableKey.
  [[nodiscard]] std::expected<ExtendedSecretKey, Bip32Error> child(std::uint32_t number) const;
  /// The descendant at `path`, which starts at this key, named "m": kPath, kTooDeep, kUnusableKey.
  [[nodiscard]] std::expected<ExtendedSecretKey, Bip32Error> descendant(
      std::string_view path) const;

  [[nodiscard]] const SecretKey& key() const { return key_; }
  [[nodiscard]] const ExtendedKeyPlace& place() const { return place_; }
  [[nodiscard]] ExtendedPublicKey public_part() const;
  /// The "xprv…" text, which is as secret as the key.
  [[nodiscard]] std::string serialise() const;

 private:
  ExtendedSecretKey(SecretKey key, const ExtendedKeyPlace& place)
      : key_(std::move(key)), place_(place) {}

  SecretKey key_;
  ExtendedKeyPlace place_;
};

}  // namespace tally::crypto
