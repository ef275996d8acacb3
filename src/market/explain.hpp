// What a body means for those who sign it: as lines for people, and taken apart for programs. From
// the body alone, with the names of the assets it moves and, where they are known, the outputs that
// it spends.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "contracts/genesis.hpp"
#include "contracts/lock.hpp"
#include "contracts/output.hpp"
#include "contracts/transaction.hpp"

namespace tally::market {

/// How to write amounts of an asset.
struct KnownAsset {
  contracts::AssetId id;
  std::string symbol;
  std::uint32_t decimals = 0;
  contracts::PublicKey issuer;
};

struct ExplainOptions {
  contracts::Account me;  ///< Who asks: what comes back to it is told apart.
  contracts::NetworkKind network_kind = contracts::NetworkKind::development;
  std::vector<KnownAsset> assets{};        ///< Any other is written in minor units, by its id.
  std::vector<contracts::Output> spent{};  ///< Of the inputs, in their order; empty if not known.
};

struct ExplainedCoin {
  contracts::AssetId asset;
  std::uint64_t amount = 0;
  contracts::Lock lock;
  bool to_me = false;
};
struct ExplainedItem {
  std::string gs1_key;
  contracts::Lock lock;
  bool to_me = false;
};

struct Explanation {
  std::vector<std::string> commands;     ///< Names, as `asset_transfer`.
  std::vector<ExplainedCoin> coins;      ///< Who gets what.
  std::vector<ExplainedItem> items;      ///< Which items go to whom.
  std::vector<contracts::Order> orders;  ///< As they live on.
  std::vector<contracts::Grant> grants;
  std::vector<contracts::PublicKey> signers;
  std::uint64_t valid_until_ms = 0;
  std::vector<std::string> lines;  ///< All of it, one thing a line. There are never fees.
};

/// Pure; any thread.
[[nodiscard]] Explanation explain(const contracts::Transaction& transaction,
                                  const ExplainOptions& options);

/// The assets whose names explain() would want, ascending.
[[nodiscard]] std::vector<contracts::AssetId> mentioned_assets(
    const contracts::Transaction& transaction, const std::vector<contracts::Output>& spent);

}  // namespace tally::market
