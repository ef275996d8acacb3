// The keys of the table transaction_counts: command numbers, and two below all of them. Private to
// this folder.
#pragma once

#include <cstdint>

namespace tally::views {

inline constexpr std::uint32_t kSettledCount = 0;
inline constexpr std::uint32_t kRejectedCount = 1;
inline constexpr std::uint32_t kFirstCommandCount = 10;

}  // namespace tally::views
