// Who sends: what a queue shares its room by, and what a rate is charged to.
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "crypto/schnorr.hpp"

namespace tally::engine {

struct Source {
  enum class Kind : std::uint8_t {
    node,     ///< This node itself, for its agents.
    member,   ///< Who answers for whom the request authenticated.
    address,  ///< Nobody known; an IP address.
  };
  Kind kind = Kind::node;
  std::array<std::uint8_t, 32> id{};

  auto operator<=>(const Source&) const = default;

  /// Whether it is the node or a member: anybody can have many addresses.
  [[nodiscard]] bool is_known() const { return kind != Kind::address; }

  static Source of_member(const crypto::PublicKey& member) { return {Kind::member, member.bytes}; }
  /// `key`: what the HTTP server counts a peer as, an IPv4 address or half an IPv6 one.
  static Source of_address(std::string_view key) {
    Source out{Kind::address, {}};
    std::copy_n(key.begin(), std::min(key.size(), out.id.size()), out.id.begin());
    return out;
  }
};

struct SourceHash {
  std::size_t operator()(const Source& source) const noexcept {
    // An address's text differs at its end, a key anywhere.
    std::size_t hash = static_cast<std::size_t>(source.kind);
    for (std::size_t i = 0; i < source.id.size(); i += sizeof(std::uint64_t)) {
      std::uint64_t word = 0;
      std::memcpy(&word, source.id.data() + i, sizeof word);
      hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
      hash ^= hash >> 32;
    }
    return hash;
  }
};

}  // namespace tally::engine
