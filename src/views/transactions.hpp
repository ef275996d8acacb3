// Transactions by txid: where they are in the journal and what became of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "codec/block.hpp"
#include "contracts/transaction.hpp"
#include "ledger/ledger.hpp"
#include "views/views.hpp"

namespace tally::views {

/// What is kept of every sequenced transaction.
struct TransactionPlace {
  contracts::Txid txid;
  std::uint64_t height = 0;
  std::uint32_t position = 0;                       ///< Among the block's outcomes, from 0.
  std::uint64_t time_ms = 0;                        ///< Its block's.
  std::optional<contracts::Error> error;            ///< Why it was rejected; none if it settled.
  contracts::OutputNumber first_output_number = 0;  ///< settled: that of its output 0
};

/// A settled transaction with its body, from the journal.
struct SettledTransaction {
  TransactionPlace place;
  codec::BlockHeader header;  ///< Of its block.
  codec::SettledRecord record;
  contracts::Transaction transaction;
  std::vector<std::string_view> commands;  ///< Their names, in order.
};

/// Faults: storage.
ledger::Faulty<std::optional<TransactionPlace>> find_transaction(const Snapshot& snapshot,
                                                                 const contracts::Txid& txid);

/// Nothing if it never settled. Faults: storage, those of the block source, journal_corrupt (the
/// journal does not have it where the view says).
ledger::Faulty<std::optional<SettledTransaction>> read_transaction(const Snapshot& snapshot,
                                                                   const contracts::Txid& txid);

/// What ledger::LedgerOptions::find_settled asks for: the outcome of a transaction that settled.
/// Faults: storage.
ledger::Faulty<std::optional<ledger::Outcome>> find_settled(const Snapshot& snapshot,
                                                            const contracts::Txid& txid);

}  // namespace tally::views
