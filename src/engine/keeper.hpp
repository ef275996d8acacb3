// The keeper of timeouts: submits what anyone may submit once the deadline of an order or a case
// has passed, so that nobody has to. It signs nothing.
#pragma once

#include <optional>

#include "contracts/transaction.hpp"
#include "ledger/ledger.hpp"

namespace tally::engine {

/// The transaction that carries on what is due: a live order whose deadline has passed (one input,
/// one OrderTimeout, the exact outputs of its terms), a case whose time has come (a CaseAdvance and
/// what it pays out). Nothing if it has ended, or is not of these kinds. Faults: those of the
/// ledger.
ledger::Faulty<std::optional<contracts::Transaction>> timeout_transaction(
    ledger::Ledger& ledger, const contracts::RegistryKey& key,
    const contracts::BlockContext& block);

}  // namespace tally::engine
