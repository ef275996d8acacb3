#include "crypto/bech32m.hpp"

#include <algorithm>
#include <array>

namespace tally::crypto {
namespace {

constexpr std::string_view kAlphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::uint32_t kChecksumConstant = 0x2bc830a3;
constexpr std::size_t kChecksumWords = 6;
constexpr std::size_t kPrefixCharactersMax = 83;

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

// The generator polynomial of BIP-173, applied to one more word.
std::uint32_t polymod_step(std::uint32_t state, std::uint8_t word) {
  constexpr std::array<std::uint32_t, 5> kGenerator{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
                                                    0x2a1462b3};
  const std::uint32_t top = state >> 25;
  state = (state & 0x1ffffff) << 5 ^ word;
  for (std::size_t i = 0; i < kGenerator.size(); ++i) {
    if ((top >> i & 1) != 0) state ^= kGenerator[i];
  }
  return state;
}

// The state after the prefix, expanded as BIP-173 says, and the words.
std::uint32_t polymod(std::string_view prefix, ByteView words) {
  std::uint32_t state = 1;
  for (const char c : prefix) state = polymod_step(state, static_cast<std::uint8_t>(c) >> 5);
  state = polymod_step(state, 0);
  for (const char c : prefix) state = polymod_step(state, static_cast<std::uint8_t>(c) & 31);
  for (const std::uint8_t word : words) state = polymod_step(state, word);
  return state;
}

std::expected<void, Bech32mError> check_prefix(std::string_view prefix) {
  if (prefix.empty() || prefix.size() > kPrefixCharactersMax) {
    return std::unexpected(Bech32mError::kPrefixLength);
  }
  for (const char c : prefix) {
    if (c < '!' || c > '~') return std::unexpected(Bech32mError::kPrefixCharacter);
  }
  return {};
}

}  // namespace

std::expected<std::string, Bech32mError> bech32m_encode_words(std::string_view prefix,
                                                              ByteView words) {
  if (const auto ok = check_prefix(prefix); !ok) return std::unexpected(ok.error());
  if (std::ranges::any_of(prefix, is_upper)) return std::unexpected(Bech32mError::kPrefixCharacter);
  if (std::ranges::any_of(words, [](std::uint8_t word) { return word > 31; })) {
    return std::unexpected(Bech32mError::kDataCharacter);
  }
  if (words.size() > kBech32mCharactersMax - 1 - kChecksumWords - prefix.size()) {
    return std::unexpected(Bech32mError::kTooLong);
  }
  std::uint32_t state = polymod(prefix, words);
  for (std::size_t i = 0; i < kChecksumWords; ++i) state = polymod_step(state, 0);
  state ^= kChecksumConstant;

  std::string out(prefix);
  out.push_back('1');
  for (const std::uint8_t word : words) out.push_back(kAlphabet[word]);
  for (std::size_t i = kChecksumWords; i-- > 0;) out.push_back(kAlphabet[state >> (5 * i) & 31]);
  return out;
}

std::expected<Bech32m, Bech32mError> bech32m_decode_words(std::string_view text) {
  if (text.size() > kBech32mCharactersMax) return std::unexpected(Bech32mError::kTooLong);
  if (std::ranges::any_of(text, is_upper) && std::ranges::any_of(text, is_lower)) {
    return std::unexpected(Bech32mError::kMixedCase);
  }
  std::string lower(text);
  for (char& c : lower) c = is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;

  const std::size_t separator = lower.rfind('1');
  if (separator == std::string::npos) return std::unexpected(Bech32mError::kNoSeparator);
  Bech32m out{lower.substr(0, separator), {}};
  if (const auto ok = check_prefix(out.prefix); !ok) return std::unexpected(ok.error());

  const std::string_view data = std::string_view(lower).substr(separator + 1);
  if (data.size() < kChecksumWords) return std::unexpected(Bech32mError::kTooShort);
  for (const char c : data) {
    const std::size_t word = kAlphabet.find(c);
    if (word == std::string_view::npos) return std::unexpected(Bech32mError::kDataCharacter);
    out.data.push_back(static_cast<std::uint8_t>(word));
  }
  if (polymod(out.prefix, out.data) != kChecksumConstant) {
    return std::unexpected(Bech32mError::kChecksum);
  }
  out.data.resize(out.data.size() - kChecksumWords);
  return out;
}

std::expected<std::string, Bech32mError> bech32m_encode(std::string_view prefix, ByteView bytes) {
  // Before any work is done on them: more bytes than characters cannot fit.
  if (bytes.size() > kBech32mCharactersMax) return std::unexpected(Bech32mError::kTooLong);
  return bech32m_encode_words(prefix, bytes_to_words(bytes));
}

std::expected<Bech32m, Bech32mError> bech32m_decode(std::string_view text) {
  auto words = bech32m_decode_words(text);
  if (!words) return words;
  auto bytes = words_to_bytes(words->data);
  if (!bytes) return std::unexpected(bytes.error());
  words->data = std::move(*bytes);
  return words;
}

Bytes bytes_to_words(ByteView bytes) {
  Bytes out;
  std::uint32_t buffer = 0;
  unsigned bits = 0;
  for (const std::uint8_t byte : bytes) {
    buffer = (buffer << 8 | byte) & 0xfff;
    for (bits += 8; bits >= 5;) {
      bits -= 5;
      out.push_back(static_cast<std::uint8_t>(buffer >> bits & 31));
    }
  }
  if (bits > 0) out.push_back(static_cast<std::uint8_t>(buffer << (5 - bits) & 31));
  return out;
}

std::expected<Bytes, Bech32mError> words_to_bytes(ByteView words) {
  Bytes out;
  std::uint32_t buffer = 0;
  unsigned bits = 0;
  for (const std::uint8_t word : words) {
    if (word > 31) return std::unexpected(Bech32mError::kDataCharacter);
    buffer = (buffer << 5 | word) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      out.push_back(static_cast<std::uint8_t>(buffer >> bits & 0xff));
    }
  }
  if (bits > 4 || (buffer & ((1U << bits) - 1)) != 0) {
    return std::unexpected(Bech32mError::kPadding);
  }
  return out;
}

}  // namespace tally::crypto
