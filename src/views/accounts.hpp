// Outputs by number and by account, who spent them, and balances.
//
// The account of an output is that of its lock; a Grant belongs to its owner's key. An Order output
// belongs to no account: the orders' view has it, and what each party put into it counts as its
// escrow.
#pragma once

#include <cstdint>
#include <optional>

#include "codec/output.hpp"
#include "contracts/lock.hpp"
#include "views/page.hpp"
#include "views/views.hpp"

namespace tally::views {

/// What spent an output.
struct Spending {
  contracts::Txid txid;
  std::uint64_t height = 0;
  std::uint32_t position = 0;
};

struct OutputView {
  contracts::OutputNumber number = 0;
  codec::StoredOutput stored;
  std::uint64_t height = 0;  ///< Of the block that made it.
  std::uint32_t position = 0;
  std::optional<Spending> spending;  ///< None while it is live.
};

enum class OutputKind : std::uint8_t { coin = 0, item = 1, order = 2, grant = 3 };

struct OutputFilter {
  std::optional<OutputKind> kind{};
  std::optional<contracts::AssetId> asset{};  ///< Coins of this asset alone.
};

struct Balance {
  contracts::AssetId asset;
  std::uint64_t amount = 0;  ///< Sum of the account's live coins, minor units.
  std::uint64_t coins = 0;   ///< How many they are.
  std::uint64_t escrow = 0;  ///< What it put into living orders: payment, bond. Not in `amount`.
};

/// Faults: storage.
ledger::Faulty<std::optional<OutputView>> find_output(const Snapshot& snapshot,
                                                      contracts::OutputNumber number);
ledger::Faulty<std::optional<Spending>> find_spending(const Snapshot& snapshot,
                                                      contracts::OutputNumber number);

/// The live outputs of an account: coins by asset and number, then items, then grants by number.
/// With a filter of one asset: by number.
Answer<Page<OutputView>> list_outputs(const Snapshot& snapshot, const contracts::Account& account,
                                      const OutputFilter& filter, const PageRequest& request);

/// Zeroes if it never had any. Faults: storage.
ledger::Faulty<Balance> find_balance(const Snapshot& snapshot, const contracts::Account& account,
                                     const contracts::AssetId& asset);

/// Every asset that the account has ever had, by asset id.
Answer<Page<Balance>> list_balances(const Snapshot& snapshot, const contracts::Account& account,
                                    const PageRequest& request);

/// How many accounts have a coin of the asset now. Faults: storage.
ledger::Faulty<std::uint64_t> count_holders(const Snapshot& snapshot,
                                            const contracts::AssetId& asset);

}  // namespace tally::views
