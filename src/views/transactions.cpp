#include "views/transactions.hpp"

#include <map>

#include "views/reader.hpp"
#include "views/row.hpp"
#include "views/tables.hpp"
#include "views/transaction_counts.hpp"
#include "views/view.hpp"

namespace tally::views {
namespace {

// transaction = height(8) position(4) time_ms(8) ( 1 first_output(8) | 2 code(2) index(4) figure(8)
// )
constexpr std::uint8_t kSettled = 1;
constexpr std::uint8_t kRejected = 2;

Row place_row(const codec::BlockHeader& header, std::uint32_t position) {
  return Row().u64(header.height).u32(position).u64(header.time_ms);
}

class TransactionsView final : public View {
 public:
  [[nodiscard]] std::string_view name() const override { return "transactions"; }
  [[nodiscard]] std::uint32_t format() const override { return 1; }
  [[nodiscard]] std::span<const storage::Table> tables() const override {
    static constexpr std::array kTables{kTransactionsTable, kTransactionCountsTable};
    return kTables;
  }

  void apply(const BlockFacts& block, Writer& tables) const override {
    std::map<std::uint32_t, std::int64_t> counts;
    for (const auto& settled : block.settled) {
      tables.put(
          kTransactionsTable, settled.txid.view(),
          place_row(block.header, settled.position).u8(kSettled).u64(settled.first_output_number));
      ++counts[kSettledCount];
      for (const auto& command : settled.transaction.commands) {
        ++counts[contracts::command_number(command.body)];
      }
    }
    for (const auto& [position, record] : block.rejected) {
      ++counts[kRejectedCount];
      // What settled stays what is found: that the same bytes came again changes nothing.
      const auto known = tables.get(kTransactionsTable, record->txid.view());
      if (known && RowReader(*known).skip(20).u8() == kSettled) continue;
      const auto& error = record->error;
      tables.put(kTransactionsTable, record->txid.view(),
                 place_row(block.header, position)
                     .u8(kRejected)
                     .u16(static_cast<std::uint16_t>(error.code))
                     .u32(error.index)
                     .u64(error.figure));
    }
    for (const auto& [number, count] : counts) {
      tables.add(kTransactionCountsTable, Row().u32(number), count);
    }
  }
};

std::optional<TransactionPlace> decode_place(const contracts::Txid& txid, ByteView value) {
  RowReader row(value);
  TransactionPlace place{
      .txid = txid, .height = row.u64(), .position = row.u32(), .time_ms = row.u64(), .error = {}};
  if (row.u8() == kSettled) {
    place.first_output_number = row.u64();
  } else {
    const auto code = contracts::error_code(row.u16());
    if (!code) return std::nullopt;
    place.error = contracts::Error{*code, row.u32(), row.u64()};
  }
  if (!row.complete()) return std::nullopt;
  return place;
}

ledger::Faulty<std::optional<SettledTransaction>> from_block(TransactionPlace place,
                                                             const codec::Block& block) {
  const auto broken = [&] {
    return ledger::fault(ledger::FaultCode::journal_corrupt, place.height,
                         "views: transaction " + place.txid.hex() +
                             " is not where the views have it: rebuild the views");
  };
  if (place.position >= block.outcomes.size()) return broken();
  const auto* record = std::get_if<codec::SettledRecord>(&block.outcomes[place.position]);
  if (record == nullptr) return broken();
  auto tx = codec::decode_body(record->body);
  if (!tx || contracts::txid(tx->network_id, record->body) != place.txid) return broken();
  SettledTransaction out{.place = place,
                         .header = block.header,
                         .record = *record,
                         .transaction = std::move(*tx),
                         .commands = {}};
  for (const auto& command : out.transaction.commands) {
    out.commands.push_back(contracts::command_name(contracts::command_number(command.body)));
  }
  return out;
}

}  // namespace

std::unique_ptr<View> make_transactions_view() { return std::make_unique<TransactionsView>(); }

ledger::Faulty<std::optional<TransactionPlace>> find_transaction(const Snapshot& snapshot,
                                                                 const contracts::Txid& txid) {
  Reader reader(snapshot.tables());
  std::optional<TransactionPlace> place;
  if (const auto value = reader.get(kTransactionsTable, txid.view())) {
    place = decode_place(txid, *value);
    if (!place) reader.corrupt(kTransactionsTable);
  }
  return reader.finish(place);
}

ledger::Faulty<std::optional<SettledTransaction>> read_transaction(const Snapshot& snapshot,
                                                                   const contracts::Txid& txid) {
  const auto place = find_transaction(snapshot, txid);
  if (!place) return std::unexpected(place.error());
  if (!*place || (*place)->error) return std::nullopt;
  const auto block = snapshot.blocks()((*place)->height);
  if (!block) return std::unexpected(block.error());
  return from_block(**place, *block);
}

ledger::Faulty<std::optional<ledger::Outcome>> find_settled(const Snapshot& snapshot,
                                                            const contracts::Txid& txid) {
  const auto place = find_transaction(snapshot, txid);
  if (!place) return std::unexpected(place.error());
  if (!*place || (*place)->error) return std::nullopt;
  return ledger::Outcome{.kind = ledger::Outcome::Kind::settled,
                         .txid = txid,
                         .height = (*place)->height,
                         .first_output_number = (*place)->first_output_number,
                         .remembered = true};
}

}  // namespace tally::views
