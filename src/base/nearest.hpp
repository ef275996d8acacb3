// "Did you mean": the known word that is nearest to one that is not.
#pragma once

#include <span>
#include <string_view>

namespace tally {

/// The candidate with the smallest Levenshtein distance to the first 64 bytes of `word`, the first
/// of equals; empty if there are none. The bound keeps a caller's long word from costing much.
[[nodiscard]] std::string_view nearest_word(std::string_view word,
                                            std::span<const std::string_view> candidates);

}  // namespace tally
