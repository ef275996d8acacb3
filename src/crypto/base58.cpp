#include "crypto/base58.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "crypto/hash.hpp"

namespace tally::crypto {
namespace {

constexpr std::string_view kAlphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
constexpr std::size_t kChecksumBytes = 4;

// Rewrites a number from one base to another; both are digits with the most significant first, and
// leading zeros are kept one for one.
Bytes rebase(ByteView digits, unsigned from, unsigned to) {
  const auto first = std::ranges::find_if(digits, [](std::uint8_t digit) { return digit != 0; });
  const auto zeros = static_cast<std::size_t>(first - digits.begin());
  Bytes out;  // least significant first
  for (const std::uint8_t digit : digits.subspan(zeros)) {
    unsigned carry = digit;
    for (std::uint8_t& value : out) {
      carry += value * from;
      value = static_cast<std::uint8_t>(carry % to);
      carry /= to;
    }
    for (; carry > 0; carry /= to) out.push_back(static_cast<std::uint8_t>(carry % to));
  }
  out.insert(out.end(), zeros, 0);
  std::ranges::reverse(out);
  return out;
}

Bytes checksum(ByteView bytes) {
  const Hash32 hash = sha256(sha256(bytes));
  return {hash.begin(), hash.begin() + kChecksumBytes};
}

}  // namespace

std::string base58check_encode(ByteView bytes) {
  CHECK(bytes.size() <= kBase58BytesMax);
  Bytes checked(bytes.begin(), bytes.end());
  append(checked, checksum(bytes));
  std::string out;
  for (const std::uint8_t digit : rebase(checked, 256, 58)) out.push_back(kAlphabet[digit]);
  return out;
}

std::optional<Bytes> base58check_decode(std::string_view text) {
  if (text.size() > kBase58CharactersMax) return std::nullopt;
  Bytes digits;
  for (const char c : text) {
    const std::size_t digit = kAlphabet.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    digits.push_back(static_cast<std::uint8_t>(digit));
  }
  Bytes bytes = rebase(digits, 58, 256);
  if (bytes.size() < kChecksumBytes) return std::nullopt;
  const Bytes found(bytes.end() - kChecksumBytes, bytes.end());
  bytes.resize(bytes.size() - kChecksumBytes);
  if (checksum(bytes) != found) return std::nullopt;
  return bytes;
}

}  // namespace tally::crypto
