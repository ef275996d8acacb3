#include "views/registry.hpp"

#include <algorithm>
#include <map>

#include "codec/registry.hpp"
#include "views/list.hpp"
#include "views/row.hpp"
#include "views/tables.hpp"
#include "views/view.hpp"

namespace tally::views {
namespace {

using contracts::RegistryEntry;
using contracts::RegistryKey;
using contracts::RegistryKind;

// entry = first_height(8) changed_height(8) bytes;  its key is kind(1) id(32)
constexpr std::size_t kHeightsBytes = 16;

Bytes entry_key(const RegistryKey& key) {
  return Row().u8(static_cast<std::uint8_t>(key.kind)).raw(key.id).bytes();
}
Bytes owned_key(RegistryKind kind, const Hash32& owner, ByteView id) {
  return Row().u8(static_cast<std::uint8_t>(kind)).raw(owner).raw(id).bytes();
}

// To whom an entry belongs, as registry.hpp has it.
struct OwnersOf {
  using Owners = std::vector<Hash32>;
  Owners operator()(const contracts::NetworkEntry&) const { return {}; }
  Owners operator()(const contracts::MemberEntry& entry) const {
    return entry.sponsor ? Owners{entry.sponsor->bytes} : Owners{};
  }
  Owners operator()(const contracts::PrefixEntry& entry) const {
    return entry.brand.is_zero() ? Owners{} : Owners{entry.brand.bytes};
  }
  Owners operator()(const contracts::AccreditationEntry& entry) const { return {entry.key.bytes}; }
  Owners operator()(const contracts::LicenceEntry& entry) const { return {entry.issuer.bytes}; }
  Owners operator()(const contracts::DelegationEntry& entry) const {
    if (entry.principal == entry.agent) return {entry.principal.bytes};
    return {entry.principal.bytes, entry.agent.bytes};
  }
  Owners operator()(const contracts::AssetEntry& entry) const { return {entry.issuer.bytes}; }
  Owners operator()(const contracts::SymbolEntry&) const { return {}; }
  Owners operator()(const contracts::FreezeEntry& entry) const { return {entry.asset.bytes}; }
  Owners operator()(const contracts::ItemEntry& entry) const { return {entry.authority.bytes}; }
  Owners operator()(const contracts::OrderEntry&) const { return {}; }
  Owners operator()(const contracts::ProfileEntry& entry) const { return {entry.owner.bytes}; }
  Owners operator()(const contracts::LotEntry& entry) const { return {entry.authority.bytes}; }
  Owners operator()(const contracts::LotPageEntry& entry) const { return {entry.lot}; }
  Owners operator()(const contracts::TransformationEntry& entry) const {
    return {entry.authority.bytes};
  }
  Owners operator()(const contracts::CaseEntry& entry) const {
    Owners owners{entry.requester.bytes};
    for (const auto& seat : entry.seats) owners.push_back(seat.appraiser.bytes);
    if (!entry.gs1_key.empty()) owners.push_back(contracts::item_id(entry.gs1_key).bytes);
    return owners;
  }
  Owners operator()(const contracts::PanelEntry&) const { return {}; }
  Owners operator()(const contracts::AppraiserEntry& entry) const {
    return {entry.appraiser.bytes};
  }
  Owners operator()(const contracts::RequesterEntry& entry) const { return {entry.member.bytes}; }
};

std::vector<Hash32> owners_of(const RegistryEntry& entry) { return std::visit(OwnersOf{}, entry); }

std::optional<EntryView> decode_entry(const RegistryKey& key, ByteView value, Reader& reader) {
  RowReader row(value);
  const auto first = row.u64();
  const auto changed = row.u64();
  auto entry = codec::decode_entry(key.kind, row.rest());
  if (!entry || !row.complete()) {
    reader.corrupt(kEntriesTable);
    return std::nullopt;
  }
  return EntryView{key, std::move(*entry), first, changed};
}

std::optional<EntryView> get_entry(const RegistryKey& key, Reader& reader) {
  const auto value = reader.get(kEntriesTable, entry_key(key));
  return value ? decode_entry(key, *value, reader) : std::nullopt;
}

class RegistryView final : public View {
 public:
  [[nodiscard]] std::string_view name() const override { return "registry"; }
  [[nodiscard]] std::uint32_t format() const override { return 1; }
  [[nodiscard]] std::span<const storage::Table> tables() const override {
    static constexpr std::array kTables{kEntriesTable, kOwnedTable, kEntryCountsTable};
    return kTables;
  }

  void apply(const BlockFacts& block, Writer& tables) const override {
    const auto height = block.header.height;
    for (const auto& write : block.genesis_writes) put(write, height, tables);
    for (const auto& settled : block.settled) {
      for (const auto& write : settled.writes) put(write, height, tables);
    }
  }

 private:
  static void put(const contracts::RegistryWrite& write, std::uint64_t height, Writer& tables) {
    const auto before = get_entry(write.key, tables);
    const auto owners = owners_of(write.entry);
    const auto owners_before = before ? owners_of(before->entry) : std::vector<Hash32>{};
    for (const auto& owner : owners_before) {
      if (std::ranges::find(owners, owner) != owners.end()) continue;
      tables.erase(kOwnedTable, owned_key(write.key.kind, owner, write.key.id));
    }
    for (const auto& owner : owners) {
      if (std::ranges::find(owners_before, owner) != owners_before.end()) continue;
      tables.put(kOwnedTable, owned_key(write.key.kind, owner, write.key.id), Row().u64(height));
    }
    tables.put(kEntriesTable, entry_key(write.key),
               Row()
                   .u64(before ? before->first_height : height)
                   .u64(height)
                   .raw(codec::encode_entry(write.entry)));
    if (!before) {
      tables.add(kEntryCountsTable, Row().u8(static_cast<std::uint8_t>(write.key.kind)), 1);
    }
  }
};

}  // namespace

std::unique_ptr<View> make_registry_view() { return std::make_unique<RegistryView>(); }

ledger::Faulty<std::optional<EntryView>> find_entry(const Snapshot& snapshot,
                                                    const RegistryKey& key) {
  Reader reader(snapshot.tables());
  auto entry = get_entry(key, reader);
  return reader.finish(std::move(entry));
}

Answer<Page<EntryView>> list_entries(const Snapshot& snapshot, RegistryKind kind,
                                     const PageRequest& request) {
  const ListKeys keys{.table = kEntriesTable,
                      .prefix = Row().u8(static_cast<std::uint8_t>(kind)).bytes()};
  return list_rows<EntryView>(
      snapshot, keys, request,
      [&](Reader& reader, const storage::Entry& row, std::uint64_t pinned) {
        auto entry =
            decode_entry({kind, last_id<contracts::ItemId>(row.key).bytes}, row.value, reader);
        return entry && entry->first_height <= pinned ? std::move(entry) : std::nullopt;
      });
}

Answer<Page<EntryView>> list_owned_entries(const Snapshot& snapshot, RegistryKind kind,
                                           const Hash32& owner, const PageRequest& request) {
  const ListKeys keys{.table = kOwnedTable, .prefix = owned_key(kind, owner, {})};
  return list_rows<EntryView>(snapshot, keys, request,
                              [&](Reader& reader, const storage::Entry& row,
                                  std::uint64_t pinned) -> std::optional<EntryView> {
                                if (RowReader(row.value).u64() > pinned) return std::nullopt;
                                auto entry = get_entry(
                                    {kind, last_id<contracts::ItemId>(row.key).bytes}, reader);
                                if (!entry) reader.corrupt(kOwnedTable);
                                return entry;
                              });
}

ledger::Faulty<contracts::NetworkEntry> find_network(const Snapshot& snapshot) {
  Reader reader(snapshot.tables());
  auto found = get_entry(contracts::network_key(), reader);
  if (!found) {
    reader.corrupt(kEntriesTable);
    return reader.finish(contracts::NetworkEntry{});
  }
  return std::get<contracts::NetworkEntry>(std::move(found->entry));
}

ledger::Faulty<std::array<std::uint64_t, contracts::kRegistryKinds>> count_entries(
    const Snapshot& snapshot) {
  Reader reader(snapshot.tables());
  std::array<std::uint64_t, contracts::kRegistryKinds> counts{};
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const auto kind = static_cast<std::uint8_t>(contracts::kEntryKinds[i]);
    counts[i] = reader.number(kEntryCountsTable, Row().u8(kind));
  }
  return reader.finish(counts);
}

const RegistryEntry* SnapshotRegistry::find(const RegistryKey& key) const {
  auto known = found_.find(key);
  if (known == found_.end()) {
    auto entry = find_entry(snapshot_, key);
    if (!entry) {
      if (!fault_) fault_ = entry.error();
      return nullptr;
    }
    std::unique_ptr<RegistryEntry> value;
    if (*entry) value = std::make_unique<RegistryEntry>(std::move((*entry)->entry));
    known = found_.emplace(key, std::move(value)).first;
  }
  return known->second.get();
}

}  // namespace tally::views
