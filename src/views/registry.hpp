// The registries as they are: every entry by key, by kind, and by whom it belongs to.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>

#include "contracts/registry.hpp"
#include "views/page.hpp"
#include "views/views.hpp"

namespace tally::views {

struct EntryView {
  contracts::RegistryKey key;
  contracts::RegistryEntry entry;
  std::uint64_t first_height = 0;    ///< When it was first written.
  std::uint64_t changed_height = 0;  ///< When it was last written.
};

/// Faults: storage.
ledger::Faulty<std::optional<EntryView>> find_entry(const Snapshot& snapshot,
                                                    const contracts::RegistryKey& key);

/// All entries of a kind, by id.
Answer<Page<EntryView>> list_entries(const Snapshot& snapshot, contracts::RegistryKind kind,
                                     const PageRequest& request);

/// The entries of a kind that belong to `owner`, by id. Owners are: of a member its sponsor; of a
/// prefix its brand; of an accreditation its key; of a licence and an asset the issuer; of a
/// delegation the principal and also the agent; of a freeze the asset; of an item its authority; of
/// a profile its owner; of a case the requester, the judges, and the item by its id; of an
/// appraiser's or requester's entry itself. Other kinds have none: for orders there is
/// list_orders().
Answer<Page<EntryView>> list_owned_entries(const Snapshot& snapshot, contracts::RegistryKind kind,
                                           const Hash32& owner, const PageRequest& request);

/// The network's name, operators and quorum. Faults: storage.
ledger::Faulty<contracts::NetworkEntry> find_network(const Snapshot& snapshot);

/// How many entries of each kind there are, in the order of kEntryKinds. Faults: storage.
ledger::Faulty<std::array<std::uint64_t, contracts::kRegistryKinds>> count_entries(
    const Snapshot& snapshot);

/// The registries for contracts' functions that read them (asset_facts, check_authenticity): for
/// builders, which prepare what the ledger will decide. One thread; lives shorter than the
/// snapshot.
class SnapshotRegistry final : public contracts::Registry {
 public:
  explicit SnapshotRegistry(const Snapshot& snapshot) : snapshot_(snapshot) {}
  [[nodiscard]] const contracts::RegistryEntry* find(
      const contracts::RegistryKey& key) const override;
  /// The first fault that find() met, which then says null: to be asked before the result is used.
  [[nodiscard]] const std::optional<ledger::Fault>& fault() const { return fault_; }

 private:
  const Snapshot& snapshot_;
  mutable std::unordered_map<contracts::RegistryKey, std::unique_ptr<contracts::RegistryEntry>,
                             contracts::RegistryKeyHash>
      found_;
  mutable std::optional<ledger::Fault> fault_;
};

}  // namespace tally::views
