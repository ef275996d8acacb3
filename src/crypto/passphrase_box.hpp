// A secret sealed under a passphrase: the content of key files.
//
//   box    = header sealed                            header is the associated bytes of `sealed`
//   header = magic version cost salt                  44 bytes
//   magic  = "TALLYBOX"   version = %x01
//   cost   = log2_n r p                               scrypt, one byte each
//   salt   = 32 random bytes
//   sealed = as crypto/aead.hpp has it, under scrypt(passphrase, salt, cost)
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

#include "base/bytes.hpp"
#include "crypto/kdf.hpp"
#include "crypto/random.hpp"

namespace tally::crypto {

/// The longest secret that can be sealed: a key file is small.
inline constexpr std::size_t kPassphraseBoxSecretBytesMax = std::size_t{1} << 20;

/// Why a box cannot be made or opened, in the order of the checks.
enum class PassphraseBoxError : std::uint16_t {
  kTooLarge = 1,         // more bytes than a secret may have
  kNotABox = 2,          // too short, or it does not begin with the magic
  kVersionUnknown = 3,   // made by a newer program
  kCostNotAllowed = 4,   // it asks for more memory than scrypt may take
  kWrongPassphrase = 5,  // or the box was changed: they cannot be told apart
};

/// `secret` sealed under `passphrase`, with a fresh salt and nonce. kTooLarge, kCostNotAllowed.
/// Takes as long as opening does. Any thread.
std::expected<Bytes, PassphraseBoxError> seal_with_passphrase(ByteView secret,
                                                              std::string_view passphrase,
                                                              const ScryptCost& cost = {});

/// The secret in `box`. `box` may be hostile: nothing of it is used before scrypt's cost is within
/// bounds. Any thread.
std::expected<SecretBytes, PassphraseBoxError> open_with_passphrase(ByteView box,
                                                                    std::string_view passphrase);

}  // namespace tally::crypto
