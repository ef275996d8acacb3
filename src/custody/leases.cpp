#include "custody/leases.hpp"

#include <algorithm>

namespace tally::custody {

std::expected<LeaseId, Error> Leases::lease(const crypto::PublicKey& account,
                                            std::span<const std::uint64_t> numbers,
                                            std::uint64_t ttl_ms) {
  if (numbers.empty() || numbers.size() > limits_.per_lease_max || ttl_ms == 0 ||
      ttl_ms > limits_.ttl_ms_max) {
    return std::unexpected(Error::invalid);
  }
  std::vector<std::uint64_t> sorted(numbers.begin(), numbers.end());
  std::ranges::sort(sorted);
  if (std::ranges::adjacent_find(sorted) != sorted.end()) return std::unexpected(Error::invalid);

  const std::lock_guard lock(mutex_);
  sweep();
  for (const auto number : sorted) {
    if (by_number_.contains(number)) return std::unexpected(Error::leased);
  }
  const auto own = count_by_account_.find(account);
  const auto own_count = own == count_by_account_.end() ? 0 : own->second;
  if (own_count + sorted.size() > limits_.per_account_max ||
      by_number_.size() + sorted.size() > limits_.in_all_max) {
    return std::unexpected(Error::too_many);
  }
  const auto id = next_id_++;
  const auto ends_ms = clock_.monotonic_ms() + ttl_ms;
  for (const auto number : sorted) by_number_.emplace(number, id);
  count_by_account_[account] += sorted.size();
  endings_.emplace(ends_ms, id);
  leases_.emplace(id, Lease{account, std::move(sorted), ends_ms});
  return id;
}

std::expected<void, Error> Leases::release(const crypto::PublicKey& account, LeaseId id) {
  const std::lock_guard lock(mutex_);
  sweep();
  const auto found = leases_.find(id);
  if (found == leases_.end() || found->second.account != account) {
    return std::unexpected(Error::not_found);
  }
  drop(found);
  return {};
}

bool Leases::is_leased(std::uint64_t number) {
  const std::lock_guard lock(mutex_);
  sweep();
  return by_number_.contains(number);
}

std::vector<std::uint64_t> Leases::free_of(std::span<const std::uint64_t> numbers) {
  std::vector<std::uint64_t> out;
  const std::lock_guard lock(mutex_);
  sweep();
  for (const auto number : numbers) {
    if (!by_number_.contains(number)) out.push_back(number);
  }
  return out;
}

std::size_t Leases::size() {
  const std::lock_guard lock(mutex_);
  sweep();
  return by_number_.size();
}

void Leases::sweep() {
  const auto now_ms = clock_.monotonic_ms();
  while (!endings_.empty() && endings_.begin()->first <= now_ms) {
    drop(leases_.find(endings_.begin()->second));
  }
}

void Leases::drop(LeaseMap::iterator lease) {
  const auto& [id, what] = *lease;
  for (const auto number : what.numbers) by_number_.erase(number);
  const auto count = count_by_account_.find(what.account);
  count->second -= what.numbers.size();
  if (count->second == 0) count_by_account_.erase(count);
  endings_.erase({what.ends_ms, id});
  leases_.erase(lease);
}

}  // namespace tally::custody
