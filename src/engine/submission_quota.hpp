// What a submission costs, and whom: whoever sends it, or the member that signed it first.
//
// A transaction that somebody signed is charged to the signer's member once, since nobody else can
// make another. Whoever has the bytes can send them again, also when they are too old: that is
// charged to who sends. Charged to the signer, it would let a counterparty use up the quota of
// everybody who ever signed anything for it.
#pragma once

#include <deque>
#include <mutex>
#include <unordered_set>

#include "engine/admission.hpp"
#include "engine/rate_quota.hpp"

namespace tally::engine {

inline constexpr std::size_t kRateBytes = 4'096;

struct QuotaTimes {
  std::uint64_t ledger_ms = 0;     ///< what a transaction's end is compared with
  std::uint64_t monotonic_ms = 0;  ///< what the buckets fill by
};

/// Any thread.
class SubmissionQuota {
 public:
  SubmissionQuota(const BucketRate& member_rate, const BucketRate& unsigned_rate)
      : members_are_limited_(member_rate.per_second != 0),
        quota_(member_rate),
        unsigned_quota_(unsigned_rate) {}

  /// Whether the payer has a token for each signer, at least one, and one for each kRateBytes; they
  /// are taken. `signer` is the member who answers for the first signer, or a stranger's; it is not
  /// looked at without signers.
  [[nodiscard]] bool take(const AdmittedTransaction& admitted, const Source& sender,
                          const Source& signer, const QuotaTimes& now);

  /// Whether take() looks at the signer.
  [[nodiscard]] bool needs_signer(const AdmittedTransaction& admitted) const {
    return members_are_limited_ && !admitted.transaction().signers.empty();
  }

 private:
  [[nodiscard]] bool was_charged(const contracts::Txid& txid);
  void note_charged(const contracts::Txid& txid);

  const bool members_are_limited_;
  RateQuota quota_;
  RateQuota unsigned_quota_;
  std::mutex mutex_;  // guards the two below: what signers were charged for, the oldest first
  std::unordered_set<contracts::Txid, IdHash> charged_;
  std::deque<contracts::Txid> charged_in_order_;
};

}  // namespace tally::engine
