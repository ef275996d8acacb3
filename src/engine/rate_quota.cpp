#include "engine/rate_quota.hpp"

#include <algorithm>

namespace tally::engine {
namespace {

constexpr std::size_t kBucketsMax = 100'000;

}  // namespace

bool RateQuota::take(const contracts::PublicKey& member, std::uint64_t monotonic_ms) {
  if (per_second_ == 0) return true;
  const std::lock_guard lock(mutex_);
  if (buckets_.size() >= kBucketsMax && !buckets_.contains(member)) forget_full(monotonic_ms);
  if (buckets_.size() >= kBucketsMax && !buckets_.contains(member)) return false;
  auto [found, fresh] = buckets_.try_emplace(member, Bucket{burst_ * 1000, monotonic_ms});
  auto& bucket = found->second;
  // Two threads may come in another order than they read the clock in.
  const auto passed_ms = monotonic_ms > bucket.at_ms ? monotonic_ms - bucket.at_ms : 0;
  bucket.milli_tokens = std::min(burst_ * 1000, bucket.milli_tokens + passed_ms * per_second_);
  bucket.at_ms += passed_ms;
  if (bucket.milli_tokens < 1000) return false;
  bucket.milli_tokens -= 1000;
  return true;
}

void RateQuota::forget_full(std::uint64_t monotonic_ms) {
  std::erase_if(buckets_, [&](const auto& entry) {
    const auto& bucket = entry.second;
    const auto passed_ms = monotonic_ms > bucket.at_ms ? monotonic_ms - bucket.at_ms : 0;
    return bucket.milli_tokens + passed_ms * per_second_ >= burst_ * 1000;
  });
}

}  // namespace tally::engine
