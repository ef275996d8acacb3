#include "market/coin_selection.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "base/checked.hpp"

namespace tally::market {
namespace {

bool larger(const CoinCandidate& a, const CoinCandidate& b) {
  return a.amount != b.amount ? a.amount > b.amount : a.number < b.number;
}

Uint128 sum_of(std::span<const CoinCandidate> coins) {
  Uint128 sum = 0;
  for (const auto& coin : coins) sum += coin.amount;
  return sum;
}

std::uint64_t narrow(Uint128 sum) {
  return static_cast<std::uint64_t>(std::min<Uint128>(sum, UINT64_MAX));
}

// How many of the largest coins reach the amount; all and one more if none do.
std::size_t count_needed(std::span<const CoinCandidate> descending, std::uint64_t amount) {
  Uint128 sum = 0;
  for (std::size_t i = 0; i < descending.size(); ++i) {
    sum += descending[i].amount;
    if (sum >= amount) return i + 1;
  }
  return descending.size() + 1;
}

// The position of the smallest coin of at least `amount`, of which there is one.
std::size_t last_at_least(std::span<const CoinCandidate> descending, std::uint64_t amount) {
  const auto end =
      std::ranges::partition_point(descending, [&](const auto& c) { return c.amount >= amount; });
  CHECK(end != descending.begin());
  return static_cast<std::size_t>(end - descending.begin()) - 1;
}

}  // namespace

std::expected<std::vector<CoinCandidate>, CoinShortage> select_coins(
    std::vector<CoinCandidate> candidates, std::uint64_t amount, std::size_t inputs_max) {
  std::ranges::sort(candidates, larger);
  const std::span<const CoinCandidate> all(candidates);
  const auto needed = count_needed(all, amount);
  if (needed > std::min(all.size(), inputs_max)) {
    const auto total = sum_of(all);
    return std::unexpected(
        CoinShortage{total < amount ? narrow(amount - total) : 0,
                     narrow(sum_of(all.first(std::min(all.size(), inputs_max))))});
  }
  const auto before = sum_of(all.first(needed - 1));
  const auto last = last_at_least(all, amount - static_cast<std::uint64_t>(before));
  std::vector<CoinCandidate> chosen(all.begin(), all.begin() + static_cast<long>(needed) - 1);
  chosen.push_back(all[last]);

  if (all.size() > kDustCoins) {
    const auto usual = std::min(kInputsUsual, inputs_max);
    const auto room = usual > chosen.size() ? usual - chosen.size() : 0;
    // From the smallest up; the last one chosen may itself be among them.
    for (std::size_t i = all.size(), left = std::min(room, kSweptCoins);
         i-- > needed && left > 0;) {
      if (i == last) continue;
      chosen.push_back(all[i]);
      --left;
    }
  }
  std::ranges::sort(chosen);
  return chosen;
}

bool covers(std::span<const CoinCandidate> candidates, std::uint64_t amount) {
  std::vector<CoinCandidate> largest(std::min(candidates.size(), kInputsUsual));
  std::ranges::partial_sort_copy(candidates, largest, larger);
  return sum_of(largest) >= amount;
}

}  // namespace tally::market
