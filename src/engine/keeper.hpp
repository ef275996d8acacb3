// The keeper of timeouts: submits what anyone may submit once an order's deadline has passed, so
// that nobody has to. It signs nothing.
#pragma once

#include <optional>

#include "contracts/transaction.hpp"
#include "ledger/ledger.hpp"

namespace tally::engine {

/// The transaction that carries out the timeout of a live order whose deadline has passed: one
/// input, one OrderTimeout, the exact outputs of the order's terms. Nothing if the order has ended.
/// Faults: those of the ledger.
ledger::Faulty<std::optional<contracts::Transaction>> timeout_transaction(
    ledger::Ledger& ledger, const contracts::OrderId& order, std::uint64_t time_ms);

}  // namespace tally::engine
