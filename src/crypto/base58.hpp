// Base58Check, the text form of BIP-32 keys: base 58 over bytes ‖ the first 4 bytes of their double
// SHA-256. Source: Bitcoin Core, src/base58.cpp, whose alphabet leaves out 0, O, I and l.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace tally::crypto {

/// The longest text and the most bytes: the work grows with the square of the length.
inline constexpr std::size_t kBase58CharactersMax = 128;
inline constexpr std::size_t kBase58BytesMax = 80;

/// The text of at most kBase58BytesMax bytes; more is a bug.
std::string base58check_encode(ByteView bytes);

/// The bytes of `text`, or nothing if it is longer than kBase58CharactersMax, has another character
/// or a wrong checksum. `text` may be hostile.
std::optional<Bytes> base58check_decode(std::string_view text);

}  // namespace tally::crypto
