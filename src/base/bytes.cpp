#include "base/bytes.hpp"

namespace tally {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string to_hex(ByteView bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const auto byte : bytes) {
    out.push_back(kHexDigits[byte >> 4]);
    out.push_back(kHexDigits[byte & 15]);
  }
  return out;
}

std::optional<Bytes> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  Bytes out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_value(text[i]);
    const int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out.push_back(static_cast<std::uint8_t>(high << 4 | low));
  }
  return out;
}

std::string to_base64(ByteView bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t word = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      word = word << 8 | (k < left ? bytes[i + k] : 0u);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      out.push_back(k <= left ? kBase64[word >> (18 - 6 * k) & 63] : '=');
    }
  }
  return out;
}

std::optional<Bytes> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  Bytes out;
  out.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    const bool last = i + 4 == text.size();
    const std::size_t pad = !last ? 0 : text[i + 2] == '=' ? 2 : text[i + 3] == '=' ? 1 : 0;
    std::uint32_t word = 0;
    for (std::size_t k = 0; k < 4 - pad; ++k) {
      const auto value = kBase64.find(text[i + k]);
      if (value == std::string_view::npos) return std::nullopt;
      word |= static_cast<std::uint32_t>(value) << (18 - 6 * k);
    }
    if (pad == 2 && (text[i + 3] != '=' || (word & 0xffff) != 0)) return std::nullopt;
    if (pad == 1 && (word & 0xff) != 0) return std::nullopt;
    for (std::size_t k = 0; k < 3 - pad; ++k) {
      out.push_back(static_cast<std::uint8_t>(word >> (16 - 8 * k)));
    }
  }
  return out;
}

}  // namespace tally
