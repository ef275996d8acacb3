// Arithmetic on amounts that says when it overflows (CVE-2010-5139, CVE-2018-10299).
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

namespace tally {

__extension__ using Uint128 = unsigned __int128;

inline std::optional<std::uint64_t> checked_add(std::uint64_t a, std::uint64_t b) {
  std::uint64_t out;
  if (__builtin_add_overflow(a, b, &out)) return std::nullopt;
  return out;
}

inline std::optional<std::uint64_t> checked_sub(std::uint64_t a, std::uint64_t b) {
  std::uint64_t out;
  if (__builtin_sub_overflow(a, b, &out)) return std::nullopt;
  return out;
}

inline std::optional<std::uint64_t> checked_mul(std::uint64_t a, std::uint64_t b) {
  std::uint64_t out;
  if (__builtin_mul_overflow(a, b, &out)) return std::nullopt;
  return out;
}

/// floor(a · numerator / denominator) in 128 bits; nothing if the result needs more than 64.
/// `denominator` is not 0.
inline std::optional<std::uint64_t> mul_div(std::uint64_t a, std::uint64_t numerator,
                                            std::uint64_t denominator) {
  const Uint128 out = static_cast<Uint128>(a) * numerator / denominator;
  if (out > std::numeric_limits<std::uint64_t>::max()) return std::nullopt;
  return static_cast<std::uint64_t>(out);
}

}  // namespace tally
