// contracts::verify: the one entry to the rules.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// A transaction with the outputs that its inputs spend; `inputs[i]` belongs to
/// `transaction.inputs[i]`.
struct ResolvedTransaction {
  const Transaction& transaction;
  Txid txid;
  OutputNumber first_output_number = 0;
  std::vector<const Output*> inputs;
};

/// Runs every command's rule in order, each over the writes of those before it. Pure: the same
/// arguments give the same delta or error on every node. Errors: the first that a command's
/// rule gives.
[[nodiscard]] Result<Delta> verify(const ResolvedTransaction& resolved, const Registry& registry,
                                   const BlockContext& block);

}  // namespace tally::contracts
