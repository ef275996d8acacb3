#include "views/counts.hpp"

#include "views/reader.hpp"
#include "views/registry.hpp"
#include "views/row.hpp"
#include "views/tables.hpp"
#include "views/transaction_counts.hpp"

namespace tally::views {

ledger::Faulty<Counts> count_all(const Snapshot& snapshot) {
  const auto entries = count_entries(snapshot);
  if (!entries) return std::unexpected(entries.error());
  Reader reader(snapshot.tables());
  Counts out;
  out.height = snapshot.height();
  out.entries = *entries;
  out.outputs = reader.count(kOutputsTable);
  out.outputs_spent = reader.count(kSpentTable);
  reader.scan_prefix(kTransactionCountsTable, {}, [&](const storage::Entry& entry) {
    const auto number = RowReader(entry.key).u32();
    const auto count = RowReader(entry.value).u64();
    if (number == kSettledCount) out.settled = count;
    if (number == kRejectedCount) out.rejected = count;
    if (number >= kFirstCommandCount && count != 0) out.commands.push_back({number, count});
    return true;
  });
  reader.scan_prefix(kOrderCountsTable, {}, [&](const storage::Entry& entry) {
    const auto count = RowReader(entry.value).u64();
    const auto state = static_cast<contracts::OrderState>(RowReader(entry.key).u8());
    if (count != 0) out.orders.push_back({state, count});
    return true;
  });
  return reader.finish(std::move(out));
}

}  // namespace tally::views
