// What a body must hold to be what was asked for. The node that built it is not trusted: command,
// outputs and signers are made here a second time, from the parameters alone, and held against it
// by market::check_built().
//
// What comes from the node is used only as far as it proves itself: an asset's issuer and symbol
// hash to its id; an output that is spent is read from the transaction that made it, whose body
// hashes to the txid in the input.
#pragma once

#include <string>
#include <vector>

#include "cli/failure.hpp"
#include "cli/json.hpp"
#include "cli/node.hpp"
#include "contracts/transaction.hpp"

namespace tally::cli {

/// What was asked for.
struct Asked {
  std::string command;                         ///< As `asset_transfer`.
  json::object parameters;                     ///< Of its schema.
  contracts::PublicKey account;                ///< Who acts and signs first.
  std::vector<contracts::PublicKey> own_keys;  ///< All that will sign here.
  std::uint64_t valid_until_ms_max = 0;
  Bytes idempotency_key;
  std::optional<Hash32> note_hash;
};

/// Asks the node for the assets that the parameters name, so that amounts can be read, and checks
/// the parameters against the command's schema. `usage`: the first that is wrong, by its name.
Result<void> prepare(const Asked& asked, Node& node, contracts::NetworkKind kind);

/// Whether `built` does what was asked and nothing else; prepare() went before. `not_as_asked` with
/// what differs; failures of the node.
Result<void> check(const Asked& asked, const contracts::Transaction& built, Node& node);

}  // namespace tally::cli
