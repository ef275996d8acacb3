#include "engine/submission_quota.hpp"

namespace tally::engine {
namespace {

// A forgotten one costs its signer once more, if it is sent again before it ends.
constexpr std::size_t kChargedMax = 100'000;

}  // namespace

bool SubmissionQuota::take(const AdmittedTransaction& admitted, const Source& sender,
                           const Source& signer, const QuotaTimes& now) {
  const auto& transaction = admitted.transaction();
  const auto tokens =
      std::max<std::size_t>(1, transaction.signers.size()) + admitted.body().size() / kRateBytes;
  if (transaction.signers.empty()) {
    if (sender.kind == Source::Kind::node) return true;
    return unsigned_quota_.take(sender, now.monotonic_ms, tokens);
  }
  if (!members_are_limited_) return true;
  // The node sends for the agents of whoever signs.
  const bool own = sender == signer || sender.kind == Source::Kind::node;
  if (own) return quota_.take(signer, now.monotonic_ms, tokens);
  if (transaction.valid_until_ms < now.ledger_ms || was_charged(admitted.txid())) {
    return quota_.take(sender, now.monotonic_ms, tokens);
  }
  if (!quota_.take(signer, now.monotonic_ms, tokens)) return false;
  note_charged(admitted.txid());
  return true;
}

bool SubmissionQuota::was_charged(const contracts::Txid& txid) {
  const std::lock_guard lock(mutex_);
  return charged_.contains(txid);
}

void SubmissionQuota::note_charged(const contracts::Txid& txid) {
  const std::lock_guard lock(mutex_);
  if (!charged_.insert(txid).second) return;
  charged_in_order_.push_back(txid);
  if (charged_in_order_.size() <= kChargedMax) return;
  charged_.erase(charged_in_order_.front());
  charged_in_order_.pop_front();
}

}  // namespace tally::engine
