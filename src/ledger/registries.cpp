#include "ledger/registries.hpp"

#include "base/check.hpp"
#include "codec/registry.hpp"
#include "ledger/state_tables.hpp"
#include "storage/sealed_record.hpp"

namespace tally::ledger {
namespace {

// How many entries that were read from the table stay in memory.
constexpr std::size_t kCacheMax = 50'000;

// What an entry takes in memory beside its lists, which are about as long as on the wire, twice
// over.
constexpr std::size_t kEntryBytes = sizeof(RegistryMap::value_type) + 4 * sizeof(void*);

}  // namespace

const contracts::RegistryEntry* Registries::find(const contracts::RegistryKey& key) const {
  if (const auto found = hot_.find(key); found != hot_.end()) return &found->second;
  if (frozen_) {
    if (const auto found = frozen_->find(key); found != frozen_->end()) return &found->second;
  }
  auto cached = cache_.find(key);
  if (cached == cache_.end()) {
    const auto state = snapshot_.get();
    auto entry =
        state ? read_registry(**state, key) : ledger::fault(state.error(), "registry: begin read");
    if (!entry) {
      if (!fault_) fault_ = entry.error();
      return nullptr;
    }
    cached = cache_.emplace(key, std::move(*entry)).first;
  }
  return cached->second ? &*cached->second : nullptr;
}

Faulty<std::optional<contracts::RegistryEntry>> Registries::read(
    const contracts::RegistryKey& key) const {
  {
    const std::shared_lock lock(mutex_);
    if (const auto found = hot_.find(key); found != hot_.end()) return found->second;
    if (frozen_) {
      if (const auto found = frozen_->find(key); found != frozen_->end()) return found->second;
    }
  }
  // What is in neither is in the table, and stays there.
  const auto state = state_.begin_read();
  if (!state) return ledger::fault(state.error(), "registry: begin read");
  return read_registry(**state, key);
}

// Counts an entry into the digest or out of it; returns about what it takes in memory.
std::size_t Registries::count(const contracts::RegistryKey& key,
                              const contracts::RegistryEntry& entry, bool add) {
  auto element = registry_table_key(key);
  append(element, codec::encode_entry(entry));
  if (add) {
    digest_.add(element);
  } else {
    digest_.remove(element);
  }
  return kEntryBytes + 2 * element.size();
}

std::optional<contracts::RegistryEntry> Registries::put(const contracts::RegistryWrite& write) {
  const auto* found = find(write.key);
  std::optional<contracts::RegistryEntry> before;
  if (found != nullptr) {
    before = *found;
    const auto bytes = count(write.key, *found, false);
    if (hot_.contains(write.key)) hot_bytes_ -= bytes;
  }
  hot_bytes_ += count(write.key, write.entry, true);
  const std::unique_lock lock(mutex_);
  hot_[write.key] = write.entry;
  return before;
}

void Registries::undo(const contracts::RegistryKey& key,
                      std::optional<contracts::RegistryEntry> before) {
  const auto found = hot_.find(key);
  CHECK(found != hot_.end());
  hot_bytes_ -= count(key, found->second, false);
  if (before) hot_bytes_ += count(key, *before, true);
  const std::unique_lock lock(mutex_);
  if (before) {
    found->second = std::move(*before);
  } else {
    hot_.erase(found);
  }
}

void Registries::trim() {
  if (cache_.size() > kCacheMax) cache_.clear();
}

std::shared_ptr<const RegistryMap> Registries::freeze() {
  CHECK(!frozen_);
  const std::unique_lock lock(mutex_);
  frozen_ = std::make_shared<const RegistryMap>(std::move(hot_));
  hot_.clear();
  hot_bytes_ = 0;
  return frozen_;
}

void Registries::thaw() {
  CHECK(frozen_);
  // What the cache says of these entries is older than what the table now holds.
  for (const auto& [key, entry] : *frozen_) cache_.erase(key);
  const std::unique_lock lock(mutex_);
  frozen_.reset();
}

Bytes registry_table_key(const contracts::RegistryKey& key) {
  Bytes out{static_cast<std::uint8_t>(key.kind)};
  append(out, key.id);
  return out;
}

Faulty<std::optional<contracts::RegistryEntry>> read_registry(const storage::ReadTransaction& state,
                                                              const contracts::RegistryKey& key) {
  const auto table_key = registry_table_key(key);
  const auto record = state.get(kRegistryTable, table_key);
  if (!record) {
    if (record.error() == storage::Error::not_found) {
      return std::optional<contracts::RegistryEntry>{};
    }
    return fault(record.error(), "registry: get");
  }
  const auto payload = storage::open_record(*record);
  if (payload) {
    if (auto entry = codec::decode_entry(key.kind, *payload)) return std::move(*entry);
  }
  return fault(FaultCode::state_corrupt, 0, "registry entry " + to_hex(table_key));
}

}  // namespace tally::ledger
