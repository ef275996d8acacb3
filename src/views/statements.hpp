// Statements: what moved in and out of an account, and what it had before and after.
//
// A movement is what one command changes in one account's coins of one asset, net: change that
// comes back is no movement. Money in an escrow has left the account; Balance::escrow has it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "contracts/command.hpp"
#include "contracts/lock.hpp"
#include "views/page.hpp"
#include "views/views.hpp"

namespace tally::views {

struct Movement {
  std::uint64_t height = 0;
  std::uint32_t position = 0;       ///< Of the transaction in its block.
  std::uint32_t command_index = 0;  ///< In the transaction.
  std::uint64_t time_ms = 0;        ///< The block's.
  contracts::Txid txid;
  contracts::CommandNumber command = 0;
  contracts::AssetId asset;
  std::int64_t amount = 0;                         ///< Minor units; below 0: out of the account.
  std::uint64_t balance = 0;                       ///< Of the asset, after it.
  std::optional<contracts::Account> counterparty;  ///< If it is one: the order's other party, or
                                                   ///< the only one on the movement's other side.
  std::optional<contracts::OrderId> order;
};

/// Which movements, both ends included.
struct StatementRange {
  std::optional<contracts::AssetId> asset{};  ///< None: of every asset.
  std::uint64_t from_height = 0;
  std::uint64_t to_height = UINT64_MAX;  ///< Beyond the pinned height means that.
};

struct AssetAmount {
  contracts::AssetId asset;
  std::uint64_t amount = 0;
};

/// Assets that a statement of every asset sums up, the first by id. A page of movements has all.
inline constexpr std::size_t kStatementAssetsMax = 256;

struct Statement {
  std::uint64_t from_height = 0;
  std::uint64_t to_height = 0;
  std::vector<AssetAmount> opening;  ///< Before from_height; by asset, zeroes too.
  std::vector<AssetAmount> closing;  ///< After to_height; the same assets.
  bool sums_complete = true;         ///< False: the account has more than kStatementAssetsMax.
  Page<Movement> movements;          ///< In ledger order. opening + all amounts = closing.
};

Answer<Statement> read_statement(const Snapshot& snapshot, const contracts::Account& account,
                                 const StatementRange& range, const PageRequest& request);

/// What the account had of an asset after the block at `height`. Faults: storage.
ledger::Faulty<std::uint64_t> balance_at(const Snapshot& snapshot,
                                         const contracts::Account& account,
                                         const contracts::AssetId& asset, std::uint64_t height);

}  // namespace tally::views
