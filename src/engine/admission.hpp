// Admission: from bytes to a transaction whose form and signatures are right. Context-free, on many
// threads; cheap checks first, signatures last. Stages 2 and 3 of docs/architecture.md, "The way of
// a transaction".
#pragma once

#include <vector>

#include "codec/transaction.hpp"
#include "contracts/error_code.hpp"
#include "contracts/transaction.hpp"

namespace tally::engine {

/// A transaction that admission has checked. Only admission can make one, so nothing behind it has
/// to look at a signature again.
class AdmittedTransaction {
 public:
  AdmittedTransaction(AdmittedTransaction&&) = default;
  AdmittedTransaction& operator=(AdmittedTransaction&&) = default;

  /// Said where it is meant: it is as long as its body.
  [[nodiscard]] AdmittedTransaction copy() const { return *this; }

  [[nodiscard]] const contracts::Transaction& transaction() const { return transaction_; }
  [[nodiscard]] const contracts::Txid& txid() const { return txid_; }
  [[nodiscard]] const Bytes& body() const { return body_; }
  [[nodiscard]] const std::vector<Bytes>& witnesses() const { return witnesses_; }

 private:
  friend class Admission;
  AdmittedTransaction() = default;
  AdmittedTransaction(const AdmittedTransaction&) = default;

  contracts::Transaction transaction_;
  contracts::Txid txid_;
  Bytes body_;
  std::vector<Bytes> witnesses_;
};

class Admission {
 public:
  explicit Admission(const contracts::NetworkId& network_id) : network_id_(network_id) {}

  /// Checks a submission. Errors in precedence order: those of codec::decode_body, those of
  /// contracts::check_shape, witness_count, witness_length, bad_signature (the last two with the
  /// signer's index). Every listed signer has exactly one valid witness, before anything else is
  /// looked at. Any thread.
  [[nodiscard]] contracts::Result<AdmittedTransaction> admit(
      codec::SignedTransaction submission) const;

  /// The same without witnesses, for simulation: the result must not be sequenced.
  [[nodiscard]] contracts::Result<AdmittedTransaction> admit_unsigned(Bytes body) const;

  /// A transaction of the node's own without signers: due timeouts. CHECKs that it is well formed.
  [[nodiscard]] AdmittedTransaction admit_own(const contracts::Transaction& transaction) const;

 private:
  [[nodiscard]] contracts::Result<AdmittedTransaction> decode(Bytes body) const;

  contracts::NetworkId network_id_;
};

}  // namespace tally::engine
