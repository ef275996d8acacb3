// Rate quotas: how much a source may submit to this node. They belong to admission and differ by
// node; no rule knows them.
#pragma once

#include <cstdint>
#include <mutex>
#include <unordered_map>

#include "base/token_bucket.hpp"
#include "engine/source.hpp"

namespace tally::engine {

/// A token bucket for each source, bounded in number: when full, the buckets that have refilled are
/// forgotten. Any thread.
class RateQuota {
 public:
  explicit RateQuota(const BucketRate& rate) : rate_(rate) {}

  /// Takes so many tokens of the source's, or none and returns false.
  [[nodiscard]] bool take(const Source& source, std::uint64_t monotonic_ms,
                          std::uint64_t tokens = 1);

 private:
  void forget_full(std::uint64_t monotonic_ms);

  const BucketRate rate_;
  std::mutex mutex_;
  std::unordered_map<Source, TokenBucket, SourceHash> buckets_;
};

}  // namespace tally::engine
