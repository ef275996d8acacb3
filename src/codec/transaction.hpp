// Transactions as bytes: the body that is signed, and the envelope that carries it with its
// witnesses. docs/spec/transaction.md has the grammar. One transaction has one body: whatever
// decodes was written in canonical form. All functions are pure; any thread.
#pragma once

#include <vector>

#include "base/bytes.hpp"
#include "contracts/limits.hpp"
#include "contracts/transaction.hpp"

namespace tally::codec {

/// What is submitted. The bytes of `body` are what was signed; they are kept as they came.
struct SignedTransaction {
  Bytes body;
  std::vector<Bytes>
      witnesses;  ///< One for each signer, in order; 64 bytes each if they are right.
  bool operator==(const SignedTransaction&) const = default;
};

/// The largest envelope: a body of kBodyBytesMax and a witness for each of kSignersMax signers.
inline constexpr std::size_t kSignedBytesMax =
    contracts::kBodyBytesMax + contracts::kSignersMax * (64 + 2) + 16;

/// The transaction in a body. Errors in precedence order: body_too_large, not_protobuf,
/// unknown_version, too_many_signers, too_many_inputs, too_many_references, too_many_commands,
/// too_many_outputs (before anything is made of them), unknown_field (at any level), field_missing
/// or field_length or field_value (the first), not_canonical. For a field: figure is the number of
/// the outermost field it is in, index its position there if that is a list. What check_shape()
/// looks at is not looked at here.
contracts::Result<contracts::Transaction> decode_body(ByteView body);

/// The canonical bytes of a transaction.
Bytes encode_body(const contracts::Transaction& transaction);

/// The envelope in `bytes`. Errors in precedence order: body_too_large (the envelope or the body in
/// it), not_protobuf, witness_count (more than kSignersMax), unknown_field, not_canonical. The body
/// and the witnesses' lengths are not looked at.
contracts::Result<SignedTransaction> decode_signed(ByteView bytes);

Bytes encode_signed(const SignedTransaction& transaction);

}  // namespace tally::codec
