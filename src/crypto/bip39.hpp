// Mnemonics: entropy as 12 to 24 English words, and the seed they stand for. Source: BIP-39.
//
//   words   = (entropy ‖ checksum) in groups of 11 bits, each the number of a word
//   entropy = 128, 160, 192, 224 or 256 bits;  checksum = the first entropy/32 bits of its SHA-256
//   seed    = PBKDF2-HMAC-SHA-512(words joined by spaces, "mnemonic" ‖ passphrase, 2,048 rounds)
//
// BIP-39 normalises text by NFKD first. Only ASCII is taken here, which NFKD leaves as it is: a
// passphrase with other characters is refused, never misread into another wallet.
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

#include "base/bytes.hpp"
#include "crypto/random.hpp"

namespace tally::crypto {

/// Why a mnemonic is refused, in the order of the checks.
enum class Bip39Error : std::uint16_t {
  kEntropySize = 1,         // not 16, 20, 24, 28 or 32 bytes
  kWordCount = 2,           // not 12, 15, 18, 21 or 24 words
  kUnknownWord = 3,         // not in the English list
  kChecksum = 4,            // a word is wrong, or two are swapped
  kPassphraseNotAscii = 5,  // other than the characters from space to "~"
  kPassphraseTooLong = 6,   // more than kBip39PassphraseCharactersMax
};

inline constexpr std::size_t kBip39PassphraseCharactersMax = 256;

/// The words of `entropy`, in lower case, with single spaces, as ASCII. kEntropySize.
std::expected<SecretBytes, Bip39Error> mnemonic_from_entropy(ByteView entropy);

/// A new mnemonic of 24 words from the kernel's entropy.
SecretBytes generate_mnemonic();

/// The entropy of `mnemonic`, and so the check of one: kWordCount, kUnknownWord, kChecksum. Words
/// may be parted by any spaces and line ends, in any case. May be hostile.
std::expected<SecretBytes, Bip39Error> entropy_from_mnemonic(std::string_view mnemonic);

/// The 64-byte seed. All errors but kEntropySize: a mnemonic with a wrong checksum has no seed
/// here. About 1 ms.
std::expected<SecretBytes, Bip39Error> seed_from_mnemonic(std::string_view mnemonic,
                                                          std::string_view passphrase);

}  // namespace tally::crypto
