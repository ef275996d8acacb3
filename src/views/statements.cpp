#include "views/statements.hpp"

#include <algorithm>

#include "views/account_rows.hpp"
#include "views/list.hpp"
#include "views/tables.hpp"

namespace tally::views {
namespace {

using contracts::Account;
using contracts::AssetId;

constexpr std::size_t kPlaceBytes = 14;

Movement decode_movement(const AssetId& asset, ByteView place, ByteView value, Reader& reader) {
  RowReader at(place);
  RowReader row(value);
  Movement out{.height = at.u64(),
               .position = at.u32(),
               .command_index = at.u16(),
               .time_ms = row.u64(),
               .txid = row.id<contracts::Txid>(),
               .command = row.u32(),
               .asset = asset,
               .amount = static_cast<std::int64_t>(row.u64()),
               .balance = row.u64(),
               .counterparty = row.maybe_account(),
               .order = row.maybe_id<contracts::OrderId>()};
  if (!row.complete() || !at.complete()) reader.corrupt(kMovementsTable);
  return out;
}

// The balance that the last movement before `height` left.
std::uint64_t balance_before(const Account& account, const AssetId& asset, std::uint64_t height,
                             Reader& reader) {
  const Row first = Row().account(account).id(asset);
  const Row end = Row().raw(first).u64(height);
  std::uint64_t balance = 0;
  reader.scan(
      kMovementsTable, {first, end}, storage::Direction::backward,
      [&](const storage::Entry& entry) {
        balance = decode_movement(asset, entry.key.last(kPlaceBytes), entry.value, reader).balance;
        return false;
      });
  return balance;
}

// The assets that a statement sums up.
std::vector<AssetId> assets_of(const Account& account, const StatementRange& range, Reader& reader,
                               bool& complete) {
  if (range.asset) return {*range.asset};
  std::vector<AssetId> assets;
  reader.scan_prefix(kBalancesTable, Row().account(account), [&](const storage::Entry& entry) {
    complete = assets.size() < kStatementAssetsMax;
    if (complete) assets.push_back(last_id<AssetId>(entry.key));
    return complete;
  });
  return assets;
}

Answer<Page<Movement>> list_movements(const Snapshot& snapshot, const Account& account,
                                      const StatementRange& range, const PageRequest& request) {
  const HeightRange heights{range.from_height, range.to_height};
  if (range.asset) {
    const ListKeys keys{.table = kMovementsTable,
                        .prefix = Row().account(account).id(*range.asset).bytes(),
                        .heights = heights};
    return list_rows<Movement>(
        snapshot, keys, request,
        [&](Reader& reader, const storage::Entry& entry, std::uint64_t) -> std::optional<Movement> {
          return decode_movement(*range.asset, entry.key.last(kPlaceBytes), entry.value, reader);
        });
  }
  const ListKeys keys{
      .table = kMovementTimesTable, .prefix = Row().account(account).bytes(), .heights = heights};
  return list_rows<Movement>(
      snapshot, keys, request,
      [&](Reader& reader, const storage::Entry& entry, std::uint64_t) -> std::optional<Movement> {
        const auto asset = last_id<AssetId>(entry.key);
        const auto place = entry.key.last(kPlaceBytes + 32).first(kPlaceBytes);
        const auto value = reader.get(kMovementsTable, Row().account(account).id(asset).raw(place));
        if (!value) {
          reader.corrupt(kMovementTimesTable);
          return std::nullopt;
        }
        return decode_movement(asset, place, *value, reader);
      });
}

}  // namespace

Answer<Statement> read_statement(const Snapshot& snapshot, const Account& account,
                                 const StatementRange& range, const PageRequest& request) {
  auto movements = list_movements(snapshot, account, range, request);
  if (!movements) return std::unexpected(movements.error());
  Statement out;
  out.from_height = range.from_height;
  out.to_height = std::min(range.to_height, movements->height);
  out.movements = std::move(*movements);
  Reader reader(snapshot.tables());
  // A range that ends before it begins has no movements: what it opens with it closes with.
  const auto end = std::max(out.from_height, out.to_height + 1);
  for (const auto& asset : assets_of(account, range, reader, out.sums_complete)) {
    out.opening.push_back({asset, balance_before(account, asset, out.from_height, reader)});
    out.closing.push_back({asset, balance_before(account, asset, end, reader)});
  }
  if (reader.fault()) return std::unexpected(QueryError{*reader.fault()});
  return out;
}

ledger::Faulty<std::uint64_t> balance_at(const Snapshot& snapshot, const Account& account,
                                         const AssetId& asset, std::uint64_t height) {
  Reader reader(snapshot.tables());
  const auto end = std::min(height, snapshot.height()) + 1;
  const auto balance = balance_before(account, asset, end, reader);
  return reader.finish(balance);
}

}  // namespace tally::views
