// Strong 32-byte identifiers: a txid is not an asset id, and the compiler knows it.
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace tally {

using Hash32 = std::array<std::uint8_t, 32>;

/// A 32-byte value of one meaning, named by `Tag`. Ordered as an unsigned big-endian number.
template <typename Tag>
struct Id {
  Hash32 bytes{};

  auto operator<=>(const Id&) const = default;
  [[nodiscard]] ByteView view() const { return bytes; }
  [[nodiscard]] std::string hex() const { return to_hex(bytes); }
  [[nodiscard]] bool is_zero() const { return bytes == Hash32{}; }

  /// From 64 hexadecimal digits.
  static std::optional<Id> parse(std::string_view hex) {
    const auto bytes = array_from_hex<32>(hex);
    if (!bytes) return std::nullopt;
    return Id{*bytes};
  }
  /// From exactly 32 bytes.
  static std::optional<Id> from(ByteView view) {
    if (view.size() != 32) return std::nullopt;
    Id id;
    std::copy(view.begin(), view.end(), id.bytes.begin());
    return id;
  }
};

/// Hash for containers keyed by values that are themselves uniformly distributed digests.
struct IdHash {
  template <typename Tag>
  std::size_t operator()(const Id<Tag>& id) const {
    std::size_t h;
    std::memcpy(&h, id.bytes.data(), sizeof h);
    return h;
  }
  std::size_t operator()(const Hash32& bytes) const {
    std::size_t h;
    std::memcpy(&h, bytes.data(), sizeof h);
    return h;
  }
};

}  // namespace tally
