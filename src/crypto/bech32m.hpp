// Bech32m: text for short binary data, with a human-readable prefix and a checksum that finds up to
// four wrong characters. Source: BIP-350, with the rules of BIP-173 for characters and length.
//
//   text = prefix "1" word* checksum      prefix   = 1–83 characters from "!" to "~"
//   word = one of the 32 characters of    checksum = 6 words
//          qpzry9x8gf2tvdw0s3jn54khce6mua7l
//
// At most 90 characters, all lower case or all upper case; lower case is written.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace tally::crypto {

inline constexpr std::size_t kBech32mCharactersMax = 90;

/// Why a text is not bech32m, in the order of the checks.
enum class Bech32mError : std::uint16_t {
  kTooLong = 1,
  kMixedCase = 2,
  kNoSeparator = 3,
  kPrefixLength = 4,
  kPrefixCharacter = 5,
  kTooShort = 6,
  kDataCharacter = 7,
  kChecksum = 8,
  kPadding = 9,
};

/// A decoded text: `data` is 5-bit words (one for each byte) or bytes, as the function says.
struct Bech32m {
  std::string prefix;  // in lower case
  Bytes data;
  bool operator==(const Bech32m&) const = default;
};

/// The text of `words`, each below 32, under a lower-case prefix. kPrefixLength, kPrefixCharacter
/// (upper case too), kDataCharacter for a word above 31, kTooLong.
std::expected<std::string, Bech32mError> bech32m_encode_words(std::string_view prefix,
                                                              ByteView words);

/// The 5-bit words of `text`. All errors but kPadding.
std::expected<Bech32m, Bech32mError> bech32m_decode_words(std::string_view text);

/// The text of `bytes`, split into 5-bit words with zero bits at the end. Errors as for words.
std::expected<std::string, Bech32mError> bech32m_encode(std::string_view prefix, ByteView bytes);

/// The bytes of `text`. kPadding if the words do not end as bech32m_encode ends them: so each byte
/// string has one text.
std::expected<Bech32m, Bech32mError> bech32m_decode(std::string_view text);

/// 8-bit bytes as 5-bit words, filled up with zero bits.
Bytes bytes_to_words(ByteView bytes);

/// 5-bit words as bytes: kDataCharacter for a word above 31; kPadding if more than 4 bits are left
/// over or one of them is not zero.
std::expected<Bytes, Bech32mError> words_to_bytes(ByteView words);

}  // namespace tally::crypto
