// A transaction on its way from signer to signer, as a file. docs/spec/addresses.md, "Unsigned
// transaction files", has the format.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/failure.hpp"
#include "codec/transaction.hpp"
#include "contracts/transaction.hpp"
#include "crypto/schnorr.hpp"

namespace tally::cli {

struct Bundle {
  contracts::NetworkId network_id;
  Bytes body;
  contracts::Transaction transaction;                       ///< What the body says.
  std::vector<std::optional<crypto::Signature>> witnesses;  ///< One for each signer.

  [[nodiscard]] contracts::Txid txid() const { return contracts::txid(network_id, body); }
  [[nodiscard]] bool complete() const;
  /// The signers without a witness.
  [[nodiscard]] std::vector<contracts::PublicKey> missing() const;
  /// Signs for `key` if it is a signer; false if it is none.
  bool sign(const crypto::SecretKey& secret);
  /// What is submitted; complete().
  [[nodiscard]] codec::SignedTransaction signed_transaction() const;
};

/// A bundle of a body without witnesses. Failures: `bad_body`: it does not decode, or is of another
/// network.
Result<Bundle> make_bundle(const contracts::NetworkId& network_id, Bytes body);

[[nodiscard]] std::string bundle_text(const Bundle& bundle);

/// Reads one. `usage`: not a bundle; a witness that is not its signer's (they are all verified).
Result<Bundle> parse_bundle(std::string_view text);

}  // namespace tally::cli
