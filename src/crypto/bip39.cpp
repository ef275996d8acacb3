#include "crypto/bip39.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/check.hpp"
#include "crypto/hash.hpp"
#include "crypto/kdf.hpp"

namespace tally::crypto {
namespace {

constexpr std::array<std::string_view, 2048> kWords{
#include "crypto/bip39_words.inc"
};
static_assert(std::ranges::is_sorted(kWords));

constexpr std::size_t kWordCharactersMax = 8;
constexpr std::size_t kWordsMax = 24;
constexpr unsigned kBitsOfWord = 11;
constexpr std::uint32_t kRounds = 2048;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// The word's number. `word` is in any case.
std::expected<std::uint16_t, Bip39Error> number_of(std::string_view word) {
  if (word.size() > kWordCharactersMax) return std::unexpected(Bip39Error::kUnknownWord);
  std::array<char, kWordCharactersMax> lower{};
  std::ranges::transform(word, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  const std::string_view wanted(lower.data(), word.size());
  const auto found = std::ranges::lower_bound(kWords, wanted);
  if (found == kWords.end() || *found != wanted) return std::unexpected(Bip39Error::kUnknownWord);
  return static_cast<std::uint16_t>(found - kWords.begin());
}

// The words between spaces; one more than kWordsMax at most.
std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t i = 0; i < text.size() && words.size() <= kWordsMax;) {
    const std::size_t begin = i;
    while (i < text.size() && !is_space(text[i])) ++i;
    if (i > begin) words.push_back(text.substr(begin, i - begin));
    if (i < text.size()) ++i;
  }
  return words;
}

bool bit(ByteView bytes, std::size_t index) {
  return (bytes[index / 8] >> (7 - index % 8) & 1) != 0;
}

}  // namespace

std::expected<SecretBytes, Bip39Error> mnemonic_from_entropy(ByteView entropy) {
  if (entropy.size() < 16 || entropy.size() > 32 || entropy.size() % 4 != 0) {
    return std::unexpected(Bip39Error::kEntropySize);
  }
  // The checksum is 8 bits at most, so its first byte holds it.
  SecretBytes bits(entropy.size() + 1);
  std::ranges::copy(entropy, bits.span().begin());
  bits.span()[entropy.size()] = sha256(entropy)[0];

  const std::size_t count = entropy.size() * 3 / 4;
  std::vector<std::string_view> words;
  std::size_t size = count - 1;  // the spaces
  for (std::size_t i = 0; i < count; ++i) {
    std::size_t number = 0;
    for (std::size_t j = 0; j < kBitsOfWord; ++j) {
      number = number << 1 | (bit(bits.view(), i * kBitsOfWord + j) ? 1U : 0U);
    }
    words.push_back(kWords[number]);
    size += words.back().size();
  }

  SecretBytes out(size);
  auto at = out.span().begin();
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) *at++ = ' ';
    at = std::ranges::copy(as_bytes(words[i]), at).out;
  }
  return out;
}

SecretBytes generate_mnemonic() {
  SecretBytes entropy(32);
  random_bytes(entropy.span());
  auto mnemonic = mnemonic_from_entropy(entropy.view());
  CHECK(mnemonic.has_value());
  return std::move(*mnemonic);
}

std::expected<SecretBytes, Bip39Error> entropy_from_mnemonic(std::string_view mnemonic) {
  const std::vector<std::string_view> words = split(mnemonic);
  if (words.size() < 12 || words.size() > kWordsMax || words.size() % 3 != 0) {
    return std::unexpected(Bip39Error::kWordCount);
  }
  const std::size_t entropy_bytes = words.size() * 4 / 3;
  SecretBytes bits(entropy_bytes + 1);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto number = number_of(words[i]);
    if (!number) return std::unexpected(number.error());
    for (std::size_t j = 0; j < kBitsOfWord; ++j) {
      const std::size_t index = i * kBitsOfWord + j;
      const bool set = (*number >> (kBitsOfWord - 1 - j) & 1) != 0;
      if (set) bits.span()[index / 8] |= static_cast<std::uint8_t>(0x80 >> index % 8);
    }
  }
  SecretBytes entropy(bits.view().first(entropy_bytes));
  const auto unused_bits = static_cast<unsigned>(8 - entropy_bytes / 4);
  const unsigned expected = sha256(entropy.view())[0] >> unused_bits;
  if (static_cast<unsigned>(bits.view()[entropy_bytes] >> unused_bits) != expected) {
    return std::unexpected(Bip39Error::kChecksum);
  }
  return entropy;
}

std::expected<SecretBytes, Bip39Error> seed_from_mnemonic(std::string_view mnemonic,
                                                          std::string_view passphrase) {
  const auto entropy = entropy_from_mnemonic(mnemonic);
  if (!entropy) return std::unexpected(entropy.error());
  if (std::ranges::any_of(passphrase, [](char c) { return c < ' ' || c > '~'; })) {
    return std::unexpected(Bip39Error::kPassphraseNotAscii);
  }
  if (passphrase.size() > kBip39PassphraseCharactersMax) {
    return std::unexpected(Bip39Error::kPassphraseTooLong);
  }
  // The words are written anew, so that spaces and case of what was typed make no other seed.
  const auto words = mnemonic_from_entropy(entropy->view());
  CHECK(words.has_value());
  constexpr std::string_view kSalt = "mnemonic";
  SecretBytes salt(kSalt.size() + passphrase.size());
  const auto rest = std::ranges::copy(as_bytes(kSalt), salt.span().begin()).out;
  std::ranges::copy(as_bytes(passphrase), rest);
  return pbkdf2_sha512(words->view(), salt.view(), kRounds);
}

}  // namespace tally::crypto
