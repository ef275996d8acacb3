// Byte strings: the owning and the viewing form, hexadecimal, and big-endian integers.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tally {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

/// The characters of `text` as bytes, without a copy; valid as long as `text` is.
inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// The bytes as characters, without a copy; valid as long as `bytes` is.
inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Lower-case hexadecimal, two digits for each byte.
std::string to_hex(ByteView bytes);

/// The bytes of an even number of hexadecimal digits (either case), or nothing.
std::optional<Bytes> from_hex(std::string_view text);

/// Decodes exactly 2·N hexadecimal digits into an array, or nothing.
template <std::size_t N>
std::optional<std::array<std::uint8_t, N>> array_from_hex(std::string_view text) {
  const auto bytes = from_hex(text);
  if (!bytes || bytes->size() != N) return std::nullopt;
  std::array<std::uint8_t, N> out;
  std::copy(bytes->begin(), bytes->end(), out.begin());
  return out;
}

/// RFC 4648 base64 with padding.
std::string to_base64(ByteView bytes);

/// Strict RFC 4648 base64: padding required, no other characters, unused bits zero.
std::optional<Bytes> from_base64(std::string_view text);

/// Appends `value` as sizeof(T) bytes, most significant first.
template <typename T>
void append_be(Bytes& out, T value) {
  for (std::size_t i = sizeof(T); i-- > 0;) {
    out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  }
}

inline void append(Bytes& out, ByteView bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

/// Reads sizeof(T) bytes, most significant first. `bytes` must hold at least that many.
template <typename T>
T read_be(ByteView bytes) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    value = static_cast<T>(static_cast<T>(value << 8) | bytes[i]);
  }
  return value;
}

}  // namespace tally
