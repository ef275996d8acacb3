// Genesis as bytes: what the operators sign in the ceremony, and its outcome. The network's id is
// contracts::network_id() of the body. All functions are pure; any thread.
#pragma once

#include <vector>

#include "base/bytes.hpp"
#include "contracts/genesis.hpp"

namespace tally::codec {

/// An operator's signature over the network id.
struct OperatorSignature {
  contracts::PublicKey key;
  crypto::Signature signature;
  bool operator==(const OperatorSignature&) const = default;
};

struct SignedGenesis {
  Bytes body;  ///< A genesis in canonical form.
  std::vector<OperatorSignature> signatures;
  bool operator==(const SignedGenesis&) const = default;
};

/// The canonical bytes of a genesis.
Bytes encode_genesis(const contracts::Genesis& genesis);

/// The genesis in `body`. Errors in precedence order: body_too_large, not_protobuf, unknown_field,
/// field_missing or field_length or field_value (the first), not_canonical. What apply() checks is
/// not checked here.
contracts::Result<contracts::Genesis> decode_genesis(ByteView body);

/// The file that a ceremony makes. Errors as decode_genesis(); body and signatures are not checked.
Bytes encode_signed_genesis(const SignedGenesis& genesis);
contracts::Result<SignedGenesis> decode_signed_genesis(ByteView bytes);

}  // namespace tally::codec
