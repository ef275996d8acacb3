// Entropy from the operating system, and the care that secrets in memory need.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/bytes.hpp"
#include "crypto/secret_bytes.hpp"

namespace tally::crypto {

/// Fills `out` from the kernel's generator (getrandom(2)), waiting at boot until it is seeded. A
/// kernel that cannot give entropy is a failed CHECK: no key or token is worth having without it.
/// Any thread.
void random_bytes(std::span<std::uint8_t> out);

/// N bytes of entropy.
template <std::size_t N>
std::array<std::uint8_t, N> random_array() {
  std::array<std::uint8_t, N> out;
  random_bytes(out);
  return out;
}

/// Overwrites `secret` with zeros in a way that the compiler does not remove.
void wipe(std::span<std::uint8_t> secret);

/// Whether `a` and `b` hold the same bytes, in a time that depends on their lengths only. Lengths
/// are not secret: different ones are unequal at once.
[[nodiscard]] bool constant_time_equal(ByteView a, ByteView b);

}  // namespace tally::crypto
