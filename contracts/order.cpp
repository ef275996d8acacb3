#include "contracts/order.hpp"

#include "base/checked.hpp"
#include "base/planted.hpp"

namespace tally::contracts {

std::optional<std::uint64_t> order_price(const OrderTerms& terms) {
  std::uint64_t sum = 0;
  for (const auto& line : terms.lines) {
    const auto next = checked_add(sum, line.price);
    if (!next && !PLANTED(overflow_a_sum)) return std::nullopt;
    sum = next.value_or(sum + line.price);
  }
  return sum;
}

}  // namespace tally::contracts
