// Rate quotas: how many transactions a member may submit to this node. They belong to admission and
// differ by node; no rule knows them.
#pragma once

#include <cstdint>
#include <mutex>
#include <unordered_map>

#include "contracts/id.hpp"

namespace tally::engine {

/// A token bucket for each member, bounded in number: when full, the buckets that have refilled are
/// forgotten. Any thread.
class RateQuota {
 public:
  /// `per_second` tokens a second up to `burst`; 0 a second: no quota.
  RateQuota(std::uint64_t per_second, std::uint64_t burst)
      : per_second_(per_second), burst_(burst) {}

  /// Takes one token of the member's, or false.
  [[nodiscard]] bool take(const contracts::PublicKey& member, std::uint64_t monotonic_ms);

 private:
  struct Bucket {
    std::uint64_t milli_tokens = 0;
    std::uint64_t at_ms = 0;
  };
  void forget_full(std::uint64_t monotonic_ms);

  const std::uint64_t per_second_;
  const std::uint64_t burst_;
  std::mutex mutex_;
  std::unordered_map<contracts::PublicKey, Bucket, IdHash> buckets_;
};

}  // namespace tally::engine
