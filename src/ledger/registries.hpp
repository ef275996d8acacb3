// The registries in memory over their table, and the digest over all of them.
//
// The writer's thread only, but for read(), which any thread may call while no block is executed.
#pragma once

#include <memory>
#include <optional>
#include <unordered_map>

#include "contracts/registry.hpp"
#include "crypto/lthash.hpp"
#include "ledger/fault.hpp"
#include "storage/store.hpp"

namespace tally::ledger {

using RegistryMap =
    std::unordered_map<contracts::RegistryKey, contracts::RegistryEntry, contracts::RegistryKeyHash>;

class Registries final : public contracts::Registry {
 public:
  explicit Registries(storage::Store& state) : state_(state) {}

  /// While opening: the digest over what the table holds.
  void start_with(const crypto::LtHash& digest) { digest_ = digest; }

  /// The entry, valid until the next trim(); null if there is none. A fault of the storage is kept
  /// for fault(), because rules cannot carry it: the writer asks after each transaction.
  [[nodiscard]] const contracts::RegistryEntry* find(
      const contracts::RegistryKey& key) const override;
  /// The first fault that find() met.
  [[nodiscard]] const std::optional<Fault>& fault() const { return fault_; }

  /// Writes an entry and returns what stood there, for undo().
  std::optional<contracts::RegistryEntry> put(const contracts::RegistryWrite& write);
  void undo(const contracts::RegistryKey& key, std::optional<contracts::RegistryEntry> before);
  [[nodiscard]] const crypto::LtHash& digest() const { return digest_; }

  /// Looks an entry up without touching the cache.
  [[nodiscard]] Faulty<std::optional<contracts::RegistryEntry>> read(
      const contracts::RegistryKey& key) const;

  /// Between blocks: keeps the cache within its bound.
  void trim();
  std::shared_ptr<const RegistryMap> freeze();
  void thaw();
  [[nodiscard]] std::size_t hot_count() const { return hot_.size(); }

 private:
  void count(const contracts::RegistryKey& key, const contracts::RegistryEntry& entry, bool add);

  storage::Store& state_;
  crypto::LtHash digest_;
  RegistryMap hot_;
  std::shared_ptr<const RegistryMap> frozen_;
  mutable std::unordered_map<contracts::RegistryKey, std::optional<contracts::RegistryEntry>,
                             contracts::RegistryKeyHash>
      cache_;
  mutable std::optional<Fault> fault_;
};

/// The key of an entry in the table: kind ‖ id.
Bytes registry_table_key(const contracts::RegistryKey& key);

/// Reads one entry from the state's table. Faults: state_corrupt, storage.
Faulty<std::optional<contracts::RegistryEntry>> read_registry(
    const storage::ReadTransaction& state, const contracts::RegistryKey& key);

}  // namespace tally::ledger
