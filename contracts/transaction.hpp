// A transaction: start here. What is signed is the body; the witnesses stand beside it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "contracts/command.hpp"
#include "contracts/id.hpp"
#include "contracts/output.hpp"

namespace tally::contracts {

/// Spends one output: the number finds it, the outpoint must be the one that is there.
struct Input {
  OutputNumber number = 0;
  Outpoint outpoint;
  std::optional<Hash32> preimage;  ///< For a HashLock.
  bool operator==(const Input&) const = default;
};

/// A registry entry under whose authority the transaction acts: a delegation it invokes.
struct Reference {
  RegistryKey key;
  bool operator==(const Reference&) const = default;
};

struct Transaction {
  std::uint32_t version = 0;
  NetworkId network_id;
  std::vector<PublicKey> signers;
  std::uint64_t valid_until_ms = 0;
  Bytes idempotency_key;  ///< Empty: none.
  std::vector<Input> inputs;
  std::vector<Reference> references;
  std::vector<Command> commands;
  std::vector<Output> outputs;
  std::optional<Hash32> note_hash;
  bool operator==(const Transaction&) const = default;
};

/// tagged_hash("tally/tx", network_id ‖ body_bytes): names the transaction and is what is signed.
Txid txid(const NetworkId& network_id, ByteView body_bytes);

/// The checks that need the body alone, cheap ones first. Errors in precedence order:
/// unknown_version, wrong_network, too_many_signers, duplicate_signer, idempotency_key_length,
/// too_many_inputs, duplicate_input (CVE-2018-17144), too_many_references, duplicate_reference,
/// no_commands, too_many_commands, too_many_outputs, index_out_of_range, claimed_twice,
/// unclaimed_input, unclaimed_output, invalid_lock, amount_zero, signerless_command. The index is
/// that of the signer, input, reference, command or output.
Result<void> check_shape(const Transaction& transaction, const NetworkId& network_id);

}  // namespace tally::contracts
