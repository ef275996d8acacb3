#include "views/items.hpp"

#include "contracts/item/taint.hpp"
#include "contracts/limits.hpp"
#include "views/accounts.hpp"
#include "views/item_rows.hpp"
#include "views/list.hpp"
#include "views/registry.hpp"
#include "views/tables.hpp"

namespace tally::views {

using contracts::ItemId;

ItemRow get_item_row(const ItemId& id, Reader& reader) {
  ItemRow out;
  const auto value = reader.get(kItemsTable, id.view());
  if (!value) return out;
  RowReader row(*value);
  out.history_count = row.u64();
  out.claims_count = row.u64();
  if (const auto kind = row.u8(); kind != 0) {
    out.place = ItemPlace{.number = row.u64(), .owner = {}, .order = {}};
    if (kind == 1) {
      out.place->owner = row.account();
    } else {
      out.place->order = row.id<contracts::OrderId>();
    }
  }
  if (!row.complete()) reader.corrupt(kItemsTable);
  return out;
}

Bytes encode(const ItemRow& item) {
  auto row = Row().u64(item.history_count).u64(item.claims_count);
  if (!item.place) return row.u8(0).bytes();
  if (item.place->owner) {
    return row.u8(1).u64(item.place->number).account(*item.place->owner).bytes();
  }
  return row.u8(2).u64(item.place->number).id(*item.place->order).bytes();
}

namespace {

ItemEvent decode_event(const storage::Entry& entry, storage::Table table, Reader& reader) {
  RowReader key(entry.key);
  RowReader row(entry.value);
  key.skip(32);
  const ItemEvent out{.height = key.u64(),
                      .position = key.u32(),
                      .command_index = key.u16(),
                      .time_ms = row.u64(),
                      .txid = row.id<contracts::Txid>(),
                      .command = row.u32(),
                      .event_hash = row.maybe_id<Hash32>(),
                      .actor = row.maybe_id<contracts::PublicKey>(),
                      .order = row.maybe_id<contracts::OrderId>()};
  if (!key.complete() || !row.complete()) reader.corrupt(table);
  return out;
}

Answer<Page<ItemEvent>> list_events(const Snapshot& snapshot, storage::Table table,
                                    const ItemId& id, const PageRequest& request) {
  const ListKeys keys{.table = table, .prefix = Row().id(id).bytes(), .heights = HeightRange{}};
  return list_rows<ItemEvent>(snapshot, keys, request,
                              [table](Reader& reader, const storage::Entry& entry,
                                      std::uint64_t) -> std::optional<ItemEvent> {
                                return decode_event(entry, table, reader);
                              });
}

// The container around all others that the item is packed in; nothing if it is loose.
ledger::Faulty<std::optional<ItemId>> outermost(const Snapshot& snapshot,
                                                const contracts::ItemEntry& item) {
  std::optional<ItemId> top;
  auto packed_in = item.packed_in;
  for (std::uint32_t i = 0; !packed_in.empty() && i < contracts::kContainerHeightMax; ++i) {
    top = contracts::item_id(packed_in);
    const auto found = find_entry(snapshot, contracts::item_key(packed_in));
    if (!found) return std::unexpected(found.error());
    if (!*found) break;
    packed_in = std::get<contracts::ItemEntry>((*found)->entry).packed_in;
  }
  return top;
}

// The item that a row of a list names, which must be there.
std::optional<ItemView> listed_item(const Snapshot& snapshot, const ItemId& id,
                                    storage::Table table, Reader& reader) {
  auto item = find_item(snapshot, id);
  if (!item) {
    reader.set(item.error());
    return std::nullopt;
  }
  if (!*item) reader.corrupt(table);
  return std::move(*item);
}

}  // namespace

ledger::Faulty<std::optional<ItemView>> find_item(const Snapshot& snapshot,
                                                  std::string_view gs1_key) {
  return find_item(snapshot, contracts::item_id(gs1_key));
}

ledger::Faulty<std::optional<ItemView>> find_item(const Snapshot& snapshot, const ItemId& id) {
  auto item = find_item_alone(snapshot, id);
  if (!item || !*item) return item;
  if (const auto done = find_blocking_flag(snapshot, **item); !done) {
    return std::unexpected(done.error());
  }
  return item;
}

ledger::Faulty<void> find_blocking_flag(const Snapshot& snapshot, ItemView& item) {
  const SnapshotRegistry registry(snapshot);
  item.blocked_by = contracts::blocking_flag(item.entry, registry, snapshot.time_ms());
  if (registry.fault()) return std::unexpected(*registry.fault());
  return {};
}

ledger::Faulty<std::optional<ItemView>> find_item_alone(const Snapshot& snapshot,
                                                        const ItemId& id) {
  auto found = find_entry(snapshot, {contracts::RegistryKind::item, id.bytes});
  if (!found) return std::unexpected(found.error());
  if (!*found) return std::nullopt;
  auto entry = std::get<contracts::ItemEntry>(std::move((*found)->entry));
  const auto top = outermost(snapshot, entry);
  if (!top) return std::unexpected(top.error());
  Reader reader(snapshot.tables());
  const auto row = get_item_row(id, reader);
  const auto place = *top ? get_item_row(**top, reader).place : row.place;
  std::optional<ItemView> view = ItemView{.id = id,
                                          .entry = std::move(entry),
                                          .place = place,
                                          .blocked_by = {},
                                          .history_count = row.history_count,
                                          .claims_count = row.claims_count,
                                          .first_height = (*found)->first_height};
  return reader.finish(std::move(view));
}

Answer<Page<ItemEvent>> list_item_history(const Snapshot& snapshot, const ItemId& id,
                                          const PageRequest& request) {
  return list_events(snapshot, kItemHistoryTable, id, request);
}

Answer<Page<ItemEvent>> list_item_claims(const Snapshot& snapshot, const ItemId& id,
                                         const PageRequest& request) {
  return list_events(snapshot, kItemClaimsTable, id, request);
}

Answer<Page<ItemView>> list_items_of(const Snapshot& snapshot, const contracts::Account& account,
                                     const PageRequest& request) {
  auto outputs = list_outputs(snapshot, account, {.kind = OutputKind::item}, request);
  if (!outputs) return std::unexpected(outputs.error());
  Page<ItemView> page{
      .rows = {}, .next_cursor = std::move(outputs->next_cursor), .height = outputs->height};
  Reader reader(snapshot.tables());
  for (const auto& output : outputs->rows) {
    const auto& item = std::get<contracts::Item>(output.stored.output);
    auto view = listed_item(snapshot, contracts::item_id(item.gs1_key), kLiveTable, reader);
    if (reader.fault()) return std::unexpected(QueryError{*reader.fault()});
    page.rows.push_back(std::move(*view));
  }
  return page;
}

Answer<Page<ItemView>> list_items_with_prefix(const Snapshot& snapshot, std::string_view prefix,
                                              const PageRequest& request) {
  // A text that is no company prefix names no items; it must not become a long key.
  const auto digits = prefix.substr(0, contracts::kPrefixDigitsMax + 1);
  const ListKeys keys{
      .table = kItemPrefixesTable, .prefix = prefix_of_items(digits), .heights = HeightRange{}};
  return list_rows<ItemView>(
      snapshot, keys, request, [&](Reader& reader, const storage::Entry& entry, std::uint64_t) {
        return listed_item(snapshot, last_id<ItemId>(entry.key), kItemPrefixesTable, reader);
      });
}

}  // namespace tally::views
