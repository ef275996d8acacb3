// What must become of a submission, as far as that is not the rules' to say.
#include "contracts/limits.hpp"
#include "fault/simulation/ledger_model.hpp"

namespace tally::fault {

using contracts::ErrorCode;
using ledger::Outcome;

Prediction LedgerModel::predict(const contracts::Transaction& tx, const contracts::Txid& txid,
                                std::uint64_t time_ms) const {
  if (!tx.idempotency_key.empty() && !tx.signers.empty()) {
    const auto used = keys_.find({tx.signers.front(), tx.idempotency_key});
    if (used != keys_.end() && used->second.time_ms + contracts::kIdempotencyMs > time_ms) {
      if (used->second.by == txid) return {.answer = find(txid)};
      return {.error = ErrorCode::idempotency_conflict};
    }
  }
  if (const auto before = find(txid)) {
    // What was rejected, or spends nothing, is remembered for as long as it is valid.
    const bool forgettable = before->kind == Outcome::Kind::rejected || tx.inputs.empty();
    if (!forgettable || tx.valid_until_ms >= time_ms) return {.answer = before};
  }
  if (!tx.signers.empty()) {
    if (const auto error = membership(tx.signers.front())) return {.error = error};
  }
  if (tx.valid_until_ms < time_ms) return {.error = ErrorCode::expired};
  if (tx.valid_until_ms - time_ms > contracts::kValidityMsMax) {
    return {.error = ErrorCode::valid_too_long};
  }
  return {.error = inputs(tx)};
}

std::optional<ErrorCode> LedgerModel::inputs(const contracts::Transaction& tx) const {
  for (const auto& input : tx.inputs) {
    if (input.number >= spent_.size()) return ErrorCode::output_unknown;
    if (spent_[input.number]) return ErrorCode::already_spent;
    if (outpoints_[input.number] != input.outpoint) return ErrorCode::outpoint_mismatch;
  }
  return std::nullopt;
}

std::optional<ErrorCode> LedgerModel::membership(const contracts::PublicKey& key) const {
  const auto found = registry_.find(contracts::member_key(key));
  if (found == registry_.end()) return ErrorCode::not_a_member;
  const auto& member = std::get<contracts::MemberEntry>(found->second);
  if (member.revoked_ms != 0) return ErrorCode::member_revoked;
  // An agent is a member by its sponsor.
  if (member.agent && (!member.sponsor || membership(*member.sponsor))) {
    return ErrorCode::member_revoked;
  }
  return std::nullopt;
}

std::optional<contracts::PublicKey> LedgerModel::payer(const contracts::PublicKey& key) const {
  if (membership(key)) return std::nullopt;
  const auto& member =
      std::get<contracts::MemberEntry>(registry_.find(contracts::member_key(key))->second);
  return member.agent ? *member.sponsor : key;
}

}  // namespace tally::fault
