#include "engine/admission.hpp"

#include "base/check.hpp"
#include "base/failpoint.hpp"
#include "base/planted.hpp"
#include "crypto/schnorr.hpp"

namespace tally::engine {

using contracts::ErrorCode;

contracts::Result<AdmittedTransaction> Admission::decode(Bytes body) const {
  auto decoded = codec::decode_body(body);
  if (!decoded) return std::unexpected(decoded.error());
  AdmittedTransaction out;
  out.transaction_ = std::move(*decoded);
  if (auto ok = contracts::check_shape(out.transaction_, network_id_); !ok) {
    return std::unexpected(ok.error());
  }
  out.txid_ = contracts::txid(network_id_, body);
  out.body_ = std::move(body);
  return out;
}

contracts::Result<AdmittedTransaction> Admission::admit(codec::SignedTransaction submission) const {
  FAILPOINT(admission_before_decode);
  auto out = decode(std::move(submission.body));
  if (!out) return out;
  const auto& signers = out->transaction_.signers;
  const auto& witnesses = submission.witnesses;
  if (witnesses.size() != signers.size()) {
    return contracts::fail(ErrorCode::witness_count, witnesses.size(), signers.size());
  }
  for (std::size_t i = 0; i < witnesses.size(); ++i) {
    if (witnesses[i].size() != 64) return contracts::fail(ErrorCode::witness_length, i, 64);
  }
  for (std::size_t i = 0; i < witnesses.size(); ++i) {
    crypto::Signature signature;
    std::copy(witnesses[i].begin(), witnesses[i].end(), signature.bytes.begin());
    const bool skipped = PLANTED(skip_a_signature) && i > 0 && i + 1 == witnesses.size();
    if (!skipped && !crypto::verify(signers[i], out->txid_.bytes, signature)) {
      return contracts::fail(ErrorCode::bad_signature, i);
    }
  }
  FAILPOINT(admission_after_signatures);
  out->witnesses_ = std::move(submission.witnesses);
  return out;
}

contracts::Result<AdmittedTransaction> Admission::admit_unsigned(Bytes body) const {
  return decode(std::move(body));
}

AdmittedTransaction Admission::admit_own(const contracts::Transaction& transaction) const {
  CHECK(transaction.signers.empty());
  auto out = decode(codec::encode_body(transaction));
  CHECK(out.has_value());
  return std::move(*out);
}

}  // namespace tally::engine
