// Coin leases: a builder sets coins aside for a moment, so that a busy account's parallel payments
// do not choose the same ones. A lease is a courtesy between an account's own builders and binds
// nobody: what is spent is decided by signatures alone. So it lives in memory, and briefly.
//
// Threads: all calls from any thread.
#pragma once

#include <cstdint>
#include <expected>
#include <mutex>
#include <set>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "crypto/schnorr.hpp"
#include "custody/error.hpp"

namespace tally::custody {

struct LeaseLimits {
  std::size_t per_lease_max = 1'024;    // output numbers in one lease
  std::size_t per_account_max = 4'096;  // output numbers leased by one account
  std::size_t in_all_max = 1'000'000;
  std::uint64_t ttl_ms_max = 60'000;
};

using LeaseId = std::uint64_t;

class Leases {
 public:
  /// `clock` outlives this; its monotonic time counts.
  explicit Leases(const Clock& clock, const LeaseLimits& limits = {})
      : clock_(clock), limits_(limits) {}

  /// Leases all of `numbers` to `account` for `ttl_ms`, or none. That they are the account's own
  /// coins is the caller's matter. Errors: invalid (no numbers or over per_lease_max, one twice,
  /// ttl 0 or over ttl_ms_max), leased (one of them is, to whomever), too_many (for the account or
  /// in all).
  [[nodiscard]] std::expected<LeaseId, Error> lease(const crypto::PublicKey& account,
                                                    std::span<const std::uint64_t> numbers,
                                                    std::uint64_t ttl_ms);

  /// Ends the account's lease before its time. Errors: not_found (also: another account's, or
  /// over).
  [[nodiscard]] std::expected<void, Error> release(const crypto::PublicKey& account, LeaseId id);

  [[nodiscard]] bool is_leased(std::uint64_t number);

  /// Those of `numbers` that are free, in the same order: one look for a whole selection of coins.
  [[nodiscard]] std::vector<std::uint64_t> free_of(std::span<const std::uint64_t> numbers);

  /// How many output numbers are leased.
  [[nodiscard]] std::size_t size();

 private:
  struct Lease {
    crypto::PublicKey account;
    std::vector<std::uint64_t> numbers;
    std::uint64_t ends_ms = 0;
  };
  using LeaseMap = std::unordered_map<LeaseId, Lease>;
  void sweep();
  void drop(LeaseMap::iterator lease);

  const Clock& clock_;
  const LeaseLimits limits_;
  std::mutex mutex_;
  LeaseMap leases_;
  std::set<std::pair<std::uint64_t, LeaseId>> endings_;
  std::unordered_map<std::uint64_t, LeaseId> by_number_;
  std::unordered_map<crypto::PublicKey, std::size_t, IdHash> count_by_account_;
  LeaseId next_id_ = 1;
};

}  // namespace tally::custody
