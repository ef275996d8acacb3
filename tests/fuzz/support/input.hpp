// Reads decisions off an input: numbers, choices, byte strings. An input that has ended goes on
// with zeros, so every input means something.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "base/bytes.hpp"

namespace tally::fuzz {

class Input {
 public:
  explicit Input(ByteView bytes) : rest_(bytes) {}

  [[nodiscard]] bool empty() const { return rest_.empty(); }
  std::uint8_t byte() {
    if (rest_.empty()) return 0;
    const auto out = rest_.front();
    rest_ = rest_.subspan(1);
    return out;
  }
  /// Two bytes, the higher first.
  std::size_t pair() {
    const std::size_t high = byte();
    return high << 8 | byte();
  }
  bool flag() { return (byte() & 1) != 0; }
  /// One of `count`, which is 1 … 256.
  std::size_t choice(std::size_t count) { return byte() % count; }
  /// Small ones in one byte, edges in one, any other in nine.
  std::uint64_t number() {
    const auto first = byte();
    if (first < 0xe0) return first;
    constexpr std::uint64_t kEdges[] = {127,
                                        128,
                                        255,
                                        256,
                                        0xffff,
                                        0xffff'ffff,
                                        std::uint64_t{1} << 32,
                                        std::uint64_t{1} << 53,
                                        (std::uint64_t{1} << 63) - 1,
                                        std::uint64_t{1} << 63,
                                        ~std::uint64_t{0} - 1,
                                        ~std::uint64_t{0}};
    const std::size_t edge = first - 0xe0u;
    if (edge < std::size(kEdges)) return kEdges[edge];
    std::uint64_t out = 0;
    for (int i = 0; i < 8; ++i) out = out << 8 | byte();
    return out;
  }
  ByteView take(std::size_t count) {
    const auto out = rest_.first(std::min(count, rest_.size()));
    rest_ = rest_.subspan(out.size());
    return out;
  }
  ByteView rest() { return take(rest_.size()); }
  /// Up to a byte `end`, which is passed over, or to the end.
  ByteView until(std::uint8_t end) {
    const auto stop = std::find(rest_.begin(), rest_.end(), end);
    const auto out = take(static_cast<std::size_t>(stop - rest_.begin()));
    take(1);
    return out;
  }

 private:
  ByteView rest_;
};

}  // namespace tally::fuzz
