// The first reputation score: a pure function of a party's facts. Integers alone (Q32 fixed point,
// intermediates of 128 bits, rounded down), so it is the same on every machine.
//
//   weight of an order   w = min(sqrt(value / V0), 4)                  damps what one order can do
//   decay                2^(−age / half-life): 180 days for good, 360 for bad
//   per counterparty     R = Σ good, S = Σ bad; each saturates: R·K / (R + K), K = 3
//   belief               Beta(a, b), a = 1 + Σ R', b = 1 + Σ S'     (Jøsang and Ismail 2002, "The
//   Beta
//                        Reputation System")
//   score                1000 × the lower bound of Wilson's interval (1927, "Probable inference,
//   the
//                        law of succession, and statistical inference"), z = 1.96, p = a / (a + b),
//                        n = a + b
//   counterparties       (Σ R')² / Σ R'²: Kish's effective size, shown beside the score
//
// No score of this kind is proof against sybils (Cheng and Friedman 2005): it never grants credit.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "contracts/id.hpp"

namespace tally::views {

inline constexpr std::uint64_t kGoodHalfLifeMs = std::uint64_t{180} * 24 * 3600 * 1000;
inline constexpr std::uint64_t kBadHalfLifeMs = 2 * kGoodHalfLifeMs;
inline constexpr std::uint64_t kWeightMax = 4;
inline constexpr std::uint64_t kPairSaturation = 3;
inline constexpr std::uint32_t kScoreMax = 1'000;
inline constexpr std::size_t kInfluencesMax = 5;
inline constexpr std::uint64_t kQ32 = std::uint64_t{1} << 32;

/// How one order went for the party that is rated.
struct Experience {
  contracts::PublicKey counterparty;
  std::uint64_t value = 0;       ///< Minor units of the price's asset.
  std::uint64_t value_unit = 1;  ///< V0 in the same units; not 0. The weight is 1 at this value.
  std::uint32_t good_bps = 0;    ///< Share that counts as good.
  std::uint32_t bad_bps = 0;     ///< Share that counts as bad; together at most kBasisPoints.
  std::uint64_t age_ms = 0;      ///< Since it ended.
};

/// One experience and what the score would lack without it (below 0: it drags the score down).
struct Influence {
  std::size_t index = 0;  ///< In the experiences.
  std::int32_t points = 0;
};

struct Score {
  std::uint32_t points = 0;    ///< 0 … kScoreMax.
  std::uint64_t good_q32 = 0;  ///< Σ R' and Σ S'.
  std::uint64_t bad_q32 = 0;
  std::uint64_t counterparties_milli = 0;  ///< Effective number, in thousandths.
  std::vector<Influence> influences;  ///< Most moving first, at most kInfluencesMax, none of 0.
};

/// Any thread; the order of the experiences does not matter, but for ties among the influences,
/// where the earlier comes first.
[[nodiscard]] Score score(std::span<const Experience> experiences);

/// Its parts, for whoever recomputes it by hand. The weight in Q32; 2^(−age / half-life) in Q32;
/// the score of Beta(a, b), both in Q32 and at least kQ32.
[[nodiscard]] std::uint64_t order_weight_q32(std::uint64_t value, std::uint64_t value_unit);
[[nodiscard]] std::uint64_t decay_q32(std::uint64_t age_ms, std::uint64_t half_life_ms);
[[nodiscard]] std::uint64_t saturate_q32(std::uint64_t sum_q32);
[[nodiscard]] std::uint32_t wilson_points(std::uint64_t a_q32, std::uint64_t b_q32);

}  // namespace tally::views
