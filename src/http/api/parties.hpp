// Whom a settled transaction concerns: who may see its body (docs/spec/visibility.md).
#pragma once

#include <vector>

#include "contracts/lock.hpp"
#include "contracts/transaction.hpp"
#include "http/api/caller.hpp"
#include "views/views.hpp"

namespace tally::http {

/// The signers; the owners of what it spends and makes, each key of a lock of several; the parties
/// of its orders, owner and reader of its grants; the other side of a delegation, the holder that
/// is frozen. Ascending, each once. Faults: storage.
[[nodiscard]] ledger::Faulty<std::vector<contracts::Account>> parties_of(
    const views::Snapshot& snapshot, const contracts::Transaction& transaction);

/// Whether the caller is one of them with a right to read its own, or an auditor.
[[nodiscard]] bool concerns(const std::vector<contracts::Account>& parties, const Caller& caller);

/// The parties of an order: seller, buyer, the buyer it is named to, the carrier.
[[nodiscard]] std::vector<contracts::Account> parties_of(const contracts::Order& order);

}  // namespace tally::http
