#include "views/accounts.hpp"

#include "views/account_rows.hpp"
#include "views/list.hpp"
#include "views/tables.hpp"

namespace tally::views {
namespace {

std::optional<Spending> get_spending(contracts::OutputNumber number, Reader& reader) {
  const auto value = reader.get(kSpentTable, Row().u64(number));
  if (!value) return std::nullopt;
  RowReader row(*value);
  const Spending out{row.id<contracts::Txid>(), row.u64(), row.u32()};
  if (!row.complete()) reader.corrupt(kSpentTable);
  return out;
}

std::optional<OutputView> get_output(contracts::OutputNumber number, Reader& reader) {
  const auto value = reader.get(kOutputsTable, Row().u64(number));
  if (!value) return std::nullopt;
  RowReader row(*value);
  OutputView out{
      .number = number, .stored = {}, .height = row.u64(), .position = row.u32(), .spending = {}};
  auto stored = codec::decode_stored_output(row.rest());
  if (!stored || !row.complete()) {
    reader.corrupt(kOutputsTable);
    return std::nullopt;
  }
  out.stored = std::move(*stored);
  return out;
}

Bytes live_prefix(const contracts::Account& account, const OutputFilter& filter) {
  if (filter.asset) {
    return Row().raw(live_key(account, OutputKind::coin)).id(*filter.asset).bytes();
  }
  return filter.kind ? live_key(account, *filter.kind) : Row().account(account).bytes();
}

}  // namespace

ledger::Faulty<std::optional<OutputView>> find_output(const Snapshot& snapshot,
                                                      contracts::OutputNumber number) {
  Reader reader(snapshot.tables());
  auto output = get_output(number, reader);
  if (output) output->spending = get_spending(number, reader);
  return reader.finish(std::move(output));
}

ledger::Faulty<std::optional<Spending>> find_spending(const Snapshot& snapshot,
                                                      contracts::OutputNumber number) {
  Reader reader(snapshot.tables());
  const auto spending = get_spending(number, reader);
  return reader.finish(spending);
}

Answer<Page<OutputView>> list_outputs(const Snapshot& snapshot, const contracts::Account& account,
                                      const OutputFilter& filter, const PageRequest& request) {
  const ListKeys keys{.table = kLiveTable, .prefix = live_prefix(account, filter)};
  return list_rows<OutputView>(snapshot, keys, request,
                               [](Reader& reader, const storage::Entry& row,
                                  std::uint64_t pinned) -> std::optional<OutputView> {
                                 if (RowReader(row.value).u64() > pinned) return std::nullopt;
                                 auto output = get_output(RowReader(row.key.last(8)).u64(), reader);
                                 if (!output) reader.corrupt(kLiveTable);
                                 return output;
                               });
}

ledger::Faulty<Balance> find_balance(const Snapshot& snapshot, const contracts::Account& account,
                                     const contracts::AssetId& asset) {
  Reader reader(snapshot.tables());
  Balance balance{.asset = asset};
  if (const auto value = reader.get(kBalancesTable, balance_key(account, asset))) {
    RowReader row(*value);
    balance = decode_balance(asset, row);
    if (!row.complete()) reader.corrupt(kBalancesTable);
  }
  return reader.finish(balance);
}

Answer<Page<Balance>> list_balances(const Snapshot& snapshot, const contracts::Account& account,
                                    const PageRequest& request) {
  const ListKeys keys{.table = kBalancesTable, .prefix = Row().account(account).bytes()};
  return list_rows<Balance>(
      snapshot, keys, request,
      [](Reader& reader, const storage::Entry& entry, std::uint64_t) -> std::optional<Balance> {
        RowReader row(entry.value);
        const auto balance = decode_balance(last_id<contracts::AssetId>(entry.key), row);
        if (!row.complete()) reader.corrupt(kBalancesTable);
        return balance;
      });
}

ledger::Faulty<std::uint64_t> count_holders(const Snapshot& snapshot,
                                            const contracts::AssetId& asset) {
  Reader reader(snapshot.tables());
  const auto count = reader.number(kHoldersTable, asset.view());
  return reader.finish(count);
}

}  // namespace tally::views
