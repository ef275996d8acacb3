#include "views/reputation_score.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <map>

#include "base/check.hpp"
#include "base/checked.hpp"
#include "contracts/limits.hpp"

namespace tally::views {
namespace {

// z = 1.96, the two-sided 95 % quantile of the normal distribution, in Q32.
constexpr std::uint64_t kZ = 196 * kQ32 / 100;
constexpr std::uint64_t kZSquared = 38'416 * kQ32 / 10'000;

// The largest r with r² <= n, by Newton's method from above: it only falls until it is reached.
std::uint64_t isqrt(Uint128 n) {
  if (n == 0) return 0;
  std::uint32_t bits = 0;
  for (auto rest = n; rest != 0; rest >>= 1) ++bits;
  Uint128 root = Uint128{1} << ((bits + 1) / 2);
  while (true) {
    const Uint128 next = (root + n / root) / 2;
    if (next >= root) return static_cast<std::uint64_t>(root);
    root = next;
  }
}

std::uint64_t mul_q32(std::uint64_t a, std::uint64_t b) {
  return static_cast<std::uint64_t>(static_cast<Uint128>(a) * b >> 32);
}
std::uint64_t sqrt_q32(std::uint64_t a) { return isqrt(static_cast<Uint128>(a) << 32); }

// 2^(−1/2), 2^(−1/4), … in Q32: each is the root of the one before, so nothing is taken on trust.
const std::array<std::uint64_t, 32>& half_powers() {
  static const auto powers = [] {
    std::array<std::uint64_t, 32> out{};
    auto power = kQ32 / 2;
    for (auto& entry : out) entry = power = sqrt_q32(power);
    return out;
  }();
  return powers;
}

// What one counterparty's experiences sum to, before saturation.
struct Pair {
  std::uint64_t good = 0;
  std::uint64_t bad = 0;
};

// Sums over the counterparties of what saturation leaves.
struct Sums {
  std::uint64_t good = 0;
  std::uint64_t bad = 0;
  Uint128 good_squares = 0;  // in Q32

  void add(const Pair& pair) {
    const auto saturated = saturate_q32(pair.good);
    good += saturated;
    bad += saturate_q32(pair.bad);
    good_squares += mul_q32(saturated, saturated);
  }
  // Without what `pair` adds beyond `less`.
  [[nodiscard]] std::uint32_t points_with(const Pair& pair, const Pair& less) const {
    return wilson_points(kQ32 + good - saturate_q32(pair.good) + saturate_q32(less.good),
                         kQ32 + bad - saturate_q32(pair.bad) + saturate_q32(less.bad));
  }
};

Pair worth(const Experience& experience) {
  CHECK(experience.value_unit != 0);
  const auto weight = order_weight_q32(experience.value, experience.value_unit);
  const auto share = [&](std::uint32_t bps, std::uint64_t half_life_ms) {
    const auto part = weight * std::min(bps, contracts::kBasisPoints) / contracts::kBasisPoints;
    return mul_q32(part, decay_q32(experience.age_ms, half_life_ms));
  };
  return {share(experience.good_bps, kGoodHalfLifeMs), share(experience.bad_bps, kBadHalfLifeMs)};
}

}  // namespace

std::uint64_t order_weight_q32(std::uint64_t value, std::uint64_t value_unit) {
  // sqrt(value / unit) in Q32 is the root of value / unit in Q64.
  const auto weight = isqrt((static_cast<Uint128>(value) << 64) / value_unit);
  return std::min(weight, kWeightMax * kQ32);
}

std::uint64_t decay_q32(std::uint64_t age_ms, std::uint64_t half_life_ms) {
  const auto whole = age_ms / half_life_ms;
  if (whole >= 32) return 0;
  auto fraction = (static_cast<Uint128>(age_ms % half_life_ms) << 32) / half_life_ms;
  auto decay = kQ32;
  for (std::size_t i = 0; i < 32; ++i) {
    if ((fraction >> (31 - i) & 1) != 0) decay = mul_q32(decay, half_powers()[i]);
  }
  return decay >> whole;
}

std::uint64_t saturate_q32(std::uint64_t sum_q32) {
  const auto k = kPairSaturation * kQ32;
  return static_cast<std::uint64_t>(static_cast<Uint128>(sum_q32) * k /
                                    (static_cast<Uint128>(sum_q32) + k));
}

std::uint32_t wilson_points(std::uint64_t a_q32, std::uint64_t b_q32) {
  // (p + z²/2n − z·sqrt(p(1−p)/n + z²/4n²)) / (1 + z²/n), times n above and below:
  // (a + z²/2 − z·sqrt(ab/n + z²/4)) / (n + z²)
  const auto n = a_q32 + b_q32;
  const auto variance = static_cast<std::uint64_t>(static_cast<Uint128>(a_q32) * b_q32 / n);
  // Rounded up, so that the bound is never above the true one.
  const auto margin = mul_q32(kZ, sqrt_q32(variance + kZSquared / 4) + 1) + 1;
  const auto centre = a_q32 + kZSquared / 2;
  if (centre <= margin) return 0;
  return static_cast<std::uint32_t>(static_cast<Uint128>(centre - margin) * kScoreMax /
                                    (n + kZSquared));
}

Score score(std::span<const Experience> experiences) {
  std::map<contracts::PublicKey, Pair> pairs;
  std::vector<Pair> worths;
  for (const auto& experience : experiences) {
    worths.push_back(worth(experience));
    auto& pair = pairs[experience.counterparty];
    pair.good += worths.back().good;
    pair.bad += worths.back().bad;
  }
  Sums sums;
  for (const auto& [counterparty, pair] : pairs) sums.add(pair);

  Score out{.points = wilson_points(kQ32 + sums.good, kQ32 + sums.bad),
            .good_q32 = sums.good,
            .bad_q32 = sums.bad,
            .counterparties_milli = 0,
            .influences = {}};
  if (sums.good_squares != 0) {
    const auto square = static_cast<Uint128>(sums.good) * sums.good >> 32;
    out.counterparties_milli = static_cast<std::uint64_t>(square * 1000 / sums.good_squares);
  }
  for (std::size_t i = 0; i < experiences.size(); ++i) {
    const auto& pair = pairs[experiences[i].counterparty];
    const Pair less{pair.good - worths[i].good, pair.bad - worths[i].bad};
    const auto points = static_cast<std::int32_t>(out.points) -
                        static_cast<std::int32_t>(sums.points_with(pair, less));
    if (points != 0) out.influences.push_back({i, points});
  }
  const auto kept = std::min(kInfluencesMax, out.influences.size());
  std::ranges::stable_sort(out.influences, std::ranges::greater{},
                           [](const Influence& influence) { return std::abs(influence.points); });
  out.influences.resize(kept);
  return out;
}

}  // namespace tally::views
