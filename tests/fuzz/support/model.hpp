// The naive ledger: maps and no cleverness, but the rules themselves. What the real one is held
// against, and what arbitrary transactions are resolved in.
#pragma once

#include <map>
#include <set>

#include "codec/output.hpp"
#include "contracts/genesis.hpp"
#include "contracts/invariants.hpp"
#include "contracts/verify.hpp"

namespace tally::fuzz {

class MapRegistry final : public contracts::Registry {
 public:
  [[nodiscard]] const contracts::RegistryEntry* find(
      const contracts::RegistryKey& key) const override {
    const auto found = entries.find(key);
    return found == entries.end() ? nullptr : &found->second;
  }
  std::map<contracts::RegistryKey, contracts::RegistryEntry> entries;
};

struct Model {
  MapRegistry registry;
  std::map<contracts::OutputNumber, codec::StoredOutput> unspent;
  contracts::OutputNumber next = 0;
  contracts::BlockContext block;

  /// As a genesis leaves it.
  explicit Model(const contracts::Genesis& genesis);

  /// The verdict on a transaction of right shape. CHECKs that a second look gives the same, and
  /// that the invariants hold for what is accepted.
  [[nodiscard]] contracts::Result<contracts::Delta> judge(const contracts::Transaction& tx,
                                                          const contracts::Txid& txid) const;
  /// Lays an accepted one in.
  void settle(const contracts::Transaction& tx, const contracts::Txid& txid,
              const contracts::Delta& delta);
  /// Opens the next block, so much later.
  void pass(std::uint64_t ms);

  /// Adds up the whole ledger and CHECKs what must hold of it at every height: every asset's coins
  /// and escrow are its supply, every item that has not ended lies in exactly one place, reserves
  /// and counts are those of what they count.
  void check_whole() const;
};

/// The network of development_genesis(), which all targets share.
[[nodiscard]] const contracts::NetworkId& network();

}  // namespace tally::fuzz
