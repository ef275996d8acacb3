// A token bucket: so much a second, and so much at once after a pause.
#pragma once

#include <algorithm>
#include <cstdint>

namespace tally {

/// How a bucket fills. `per_second` 0: there is no limit.
struct BucketRate {
  std::uint64_t per_second = 0;
  std::uint64_t burst = 0;
};

/// One bucket; full at first. Its times are of a monotonic clock and may come out of order, as when
/// two threads read the clock in another order than they come here in. The caller locks.
class TokenBucket {
 public:
  TokenBucket(const BucketRate& rate, std::uint64_t now_ms)
      : milli_tokens_(rate.burst * 1000), at_ms_(now_ms) {}

  /// Takes `tokens`, at most a whole bucket of them, and returns true; or takes nothing.
  [[nodiscard]] bool take(const BucketRate& rate, std::uint64_t now_ms, std::uint64_t tokens = 1) {
    if (rate.per_second == 0) return true;
    fill(rate, now_ms);
    const auto wanted = std::min(tokens, rate.burst) * 1000;
    if (milli_tokens_ < wanted) return false;
    milli_tokens_ -= wanted;
    return true;
  }
  /// Whether a new one would hold no more.
  [[nodiscard]] bool full(const BucketRate& rate, std::uint64_t now_ms) const {
    const auto passed_ms = now_ms > at_ms_ ? now_ms - at_ms_ : 0;
    return milli_tokens_ + passed_ms * rate.per_second >= rate.burst * 1000;
  }

 private:
  void fill(const BucketRate& rate, std::uint64_t now_ms) {
    const auto passed_ms = now_ms > at_ms_ ? now_ms - at_ms_ : 0;
    milli_tokens_ = std::min(rate.burst * 1000, milli_tokens_ + passed_ms * rate.per_second);
    at_ms_ += passed_ms;
  }

  std::uint64_t milli_tokens_;
  std::uint64_t at_ms_;
};

}  // namespace tally
