// Which coins pay a sum. Pure and deterministic: the same coins and sum give the same choice, in
// whatever order the coins come.
#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <vector>

#include "contracts/id.hpp"

namespace tally::market {

/// A coin that may be chosen.
struct CoinCandidate {
  contracts::OutputNumber number = 0;
  std::uint64_t amount = 0;
  auto operator<=>(const CoinCandidate&) const = default;
};

/// How many coins of one asset a payment usually spends at most; more only if the sum needs them.
inline constexpr std::size_t kInputsUsual = 64;
/// An account with more free coins of the asset than this has its smallest swept up …
inline constexpr std::size_t kDustCoins = 128;
/// … so many with each payment: enough that coins get fewer, few enough that parallel payments find
/// free ones.
inline constexpr std::size_t kSweptCoins = 16;

/// Why no choice is possible.
struct CoinShortage {
  std::uint64_t missing = 0;      ///< All of them sum to so much too little; 0 if it is enough.
  std::uint64_t payable_max = 0;  ///< What the largest `inputs_max` coins sum to.
};

/// Chooses coins that sum to at least `amount`, which is not 0, by number ascending. One coin if
/// one is enough: the smallest such, so that large ones stay whole. Else the largest first, the
/// last of them replaced by the smallest that still completes the sum. Then, beyond kDustCoins, the
/// smallest others, up to kSweptCoins and kInputsUsual in all. The candidates are distinct and sum
/// to at most contracts::kSupplyMax. Error: they do not cover the amount, or only with more than
/// `inputs_max`.
[[nodiscard]] std::expected<std::vector<CoinCandidate>, CoinShortage> select_coins(
    std::vector<CoinCandidate> candidates, std::uint64_t amount, std::size_t inputs_max);

/// Whether the largest kInputsUsual of the candidates cover the amount: looking at more coins would
/// not change that it can be paid.
[[nodiscard]] bool covers(std::span<const CoinCandidate> candidates, std::uint64_t amount);

}  // namespace tally::market
