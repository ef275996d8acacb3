#include "engine/rate_quota.hpp"

#include "base/planted.hpp"

namespace tally::engine {
namespace {

constexpr std::size_t kBucketsMax = 100'000;

}  // namespace

bool RateQuota::take(const Source& source, std::uint64_t monotonic_ms, std::uint64_t tokens) {
  if (rate_.per_second == 0 || PLANTED(rate_never_runs_out)) return true;
  const std::lock_guard lock(mutex_);
  if (buckets_.size() >= kBucketsMax && !buckets_.contains(source)) forget_full(monotonic_ms);
  if (buckets_.size() >= kBucketsMax && !buckets_.contains(source)) return false;
  return buckets_.try_emplace(source, rate_, monotonic_ms)
      .first->second.take(rate_, monotonic_ms, tokens);
}

void RateQuota::forget_full(std::uint64_t monotonic_ms) {
  std::erase_if(buckets_,
                [&](const auto& entry) { return entry.second.full(rate_, monotonic_ms); });
}

}  // namespace tally::engine
