// Chance of a seed: the same calls give the same numbers on every machine.
#pragma once

#include <cstdint>

namespace tally::fault {

/// splitmix64. One thread.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    auto out = state_ += 0x9e3779b97f4a7c15ull;
    out = (out ^ (out >> 30)) * 0xbf58476d1ce4e5b9ull;
    out = (out ^ (out >> 27)) * 0x94d049bb133111ebull;
    return out ^ (out >> 31);
  }
  /// 0 … bound − 1; 0 if `bound` is 0.
  std::uint64_t below(std::uint64_t bound) { return bound == 0 ? 0 : next() % bound; }
  /// low … high.
  std::uint64_t between(std::uint64_t low, std::uint64_t high) {
    return low + below(high - low + 1);
  }
  /// True so often in a million.
  bool ppm(std::uint64_t millionths) { return below(1'000'000) < millionths; }
  bool percent(std::uint64_t hundredths) { return below(100) < hundredths; }

 private:
  std::uint64_t state_;
};

}  // namespace tally::fault
