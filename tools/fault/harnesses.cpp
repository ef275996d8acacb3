#include "fault/harness.hpp"

#include <algorithm>
#include <array>

namespace tally::fault {
namespace {

constexpr std::array<Harness, 0> kHarnesses{};

}  // namespace

std::span<const Harness> harnesses() { return kHarnesses; }

bool Result::passed() const {
  return failures.empty() &&
         std::ranges::all_of(rows, [](const Row& row) { return row.failed == 0; });
}

}  // namespace tally::fault
