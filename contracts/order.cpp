#include "contracts/order.hpp"

#include "base/checked.hpp"

namespace tally::contracts {

std::optional<std::uint64_t> order_price(const OrderTerms& terms) {
  std::uint64_t sum = 0;
  for (const auto& line : terms.lines) {
    const auto next = checked_add(sum, line.price);
    if (!next) return std::nullopt;
    sum = *next;
  }
  return sum;
}

}  // namespace tally::contracts
