// The registries in memory over their table, and the digest over all of them.
//
// The writer's thread only, but for read().
#pragma once

#include <array>
#include <cstring>
#include <memory>
#include <optional>
#include <unordered_map>

#include "base/checked.hpp"
#include "contracts/registry.hpp"
#include "crypto/lthash.hpp"
#include "crypto/random.hpp"
#include "ledger/fair_mutex.hpp"
#include "ledger/fault.hpp"
#include "ledger/snapshot.hpp"
#include "storage/store.hpp"

namespace tally::ledger {

/// Users choose keys, also such as no one can sign for: with a hash that they could foresee all of
/// theirs would lie in one bucket, and each look-up would take as long as there are. So each map
/// draws its own, from a strongly universal family. Source: Dietzfelbinger, "Universal hashing and
/// k-wise independent random variables via integer arithmetic without primes", STACS 1996.
class RegistryKeyHash {
 public:
  RegistryKeyHash() {
    crypto::random_bytes({reinterpret_cast<std::uint8_t*>(&seed_), sizeof seed_});
  }
  std::size_t operator()(const contracts::RegistryKey& key) const {
    std::array<std::uint64_t, 4> words;
    std::memcpy(words.data(), key.id.data(), sizeof words);
    Uint128 sum = seed_[0] + seed_[1] * static_cast<std::uint64_t>(key.kind);
    for (std::size_t i = 0; i < words.size(); ++i) sum += seed_[i + 2] * words[i];
    return static_cast<std::size_t>(sum >> 64);
  }

 private:
  std::array<Uint128, 6> seed_;
};

using RegistryMap =
    std::unordered_map<contracts::RegistryKey, contracts::RegistryEntry, RegistryKeyHash>;

class Registries final : public contracts::Registry {
 public:
  Registries(storage::Store& state, Snapshot& snapshot) : state_(state), snapshot_(snapshot) {}

  /// While opening: the digest over what the table holds.
  void start_with(const crypto::LtHash& digest) { digest_ = digest; }

  /// The entry, valid until the next trim(); null if there is none. A fault of the storage is kept
  /// for fault(), because rules cannot carry it: the writer asks after each transaction.
  [[nodiscard]] const contracts::RegistryEntry* find(
      const contracts::RegistryKey& key) const override;
  /// The first fault that find() met since the last forget_fault().
  [[nodiscard]] const std::optional<Fault>& fault() const { return fault_; }
  /// What was decided under the fault has been taken back.
  void forget_fault() { fault_.reset(); }

  /// Writes an entry and returns what stood there, for undo().
  std::optional<contracts::RegistryEntry> put(const contracts::RegistryWrite& write);
  void undo(const contracts::RegistryKey& key, std::optional<contracts::RegistryEntry> before);
  [[nodiscard]] const crypto::LtHash& digest() const { return digest_; }

  /// A copy of the entry as it stands last, of an open block too. Any thread.
  [[nodiscard]] Faulty<std::optional<contracts::RegistryEntry>> read(
      const contracts::RegistryKey& key) const;

  /// Between transactions: keeps the cache within its bound.
  void trim();
  std::shared_ptr<const RegistryMap> freeze();
  void thaw();
  [[nodiscard]] std::size_t hot_count() const { return hot_.size(); }
  /// About what the hot generation takes in memory.
  [[nodiscard]] std::size_t hot_bytes() const { return hot_bytes_; }

 private:
  std::size_t count(const contracts::RegistryKey& key, const contracts::RegistryEntry& entry,
                    bool add);

  storage::Store& state_;
  Snapshot& snapshot_;
  crypto::LtHash digest_;
  mutable FairMutex mutex_;  // the maps below: the writer exclusively to change them, read() shared
  RegistryMap hot_;
  std::size_t hot_bytes_ = 0;
  std::shared_ptr<const RegistryMap> frozen_;
  mutable std::unordered_map<contracts::RegistryKey, std::optional<contracts::RegistryEntry>,
                             RegistryKeyHash>
      cache_;
  mutable std::optional<Fault> fault_;
};

/// The key of an entry in the table: kind ‖ id.
Bytes registry_table_key(const contracts::RegistryKey& key);

/// Reads one entry from the state's table. Faults: state_corrupt, storage.
Faulty<std::optional<contracts::RegistryEntry>> read_registry(const storage::ReadTransaction& state,
                                                              const contracts::RegistryKey& key);

}  // namespace tally::ledger
