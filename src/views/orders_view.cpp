// What a block changes in the orders' steps and lists.
#include "views/order_rows.hpp"
#include "views/tables.hpp"
#include "views/view.hpp"

namespace tally::views {
namespace {

using contracts::OrderId;
using contracts::OrderState;

struct OrderRow {
  std::uint8_t state = 0;
  std::uint64_t since_height = 0;
  std::uint32_t since_position = 0;
  bool buyer_known = false;
};

std::optional<OrderRow> get_row(const OrderId& id, Reader& reader) {
  const auto value = reader.get(kOrdersTable, id.view());
  if (!value) return std::nullopt;
  RowReader row(*value);
  const OrderRow out{row.u8(), row.u64(), row.u32(), row.u8() != 0};
  if (!row.complete()) reader.corrupt(kOrdersTable);
  return out;
}

Row state_key(const OrderId& id, const OrderRow& row) {
  return Row().u8(row.state).u64(row.since_height).u32(row.since_position).id(id);
}

struct Step {
  const BlockFacts& block;
  const SettledFacts& settled;
  const OrderId& id;
  const contracts::OrderEntry& entry;
};

void put_party(const Step& step, const contracts::PublicKey& party, OrderSide side,
               Writer& tables) {
  tables.put(kPartyOrdersTable,
             Row()
                 .id(party)
                 .u64(step.block.header.height)
                 .u32(step.settled.position)
                 .u8(static_cast<std::uint8_t>(side))
                 .id(step.id),
             {});
}

void put_state(const Step& step, Writer& tables) {
  const auto before = get_row(step.id, tables);
  const OrderRow row{number_of(step.entry.state), step.block.header.height, step.settled.position,
                     !step.entry.buyer.is_zero()};
  if (before) {
    tables.erase(kStateOrdersTable, state_key(step.id, *before));
    tables.add(kOrderCountsTable, Row().u8(before->state), -1);
  } else {
    put_party(step, step.entry.seller, OrderSide::seller, tables);
  }
  if (row.buyer_known && !(before && before->buyer_known)) {
    put_party(step, step.entry.buyer, OrderSide::buyer, tables);
  }
  tables.put(kStateOrdersTable, state_key(step.id, row), {});
  tables.add(kOrderCountsTable, Row().u8(row.state), 1);
  tables.put(kOrdersTable, step.id.view(),
             Row().u8(row.state).u64(row.since_height).u32(row.since_position).u8(row.buyer_known));
}

void put_step(const Step& step, Writer& tables) {
  const auto& tx = step.settled.transaction;
  const auto index = command_of_order(step.settled, step.id);
  const auto command = index ? contracts::command_number(tx.commands[*index].body) : 0;
  std::optional<contracts::PublicKey> signer;
  if (!tx.signers.empty()) signer = tx.signers.front();
  tables.put(kOrderStepsTable,
             Row().id(step.id).u64(step.block.header.height).u32(step.settled.position),
             Row()
                 .u8(number_of(step.entry.state))
                 .u64(step.block.header.time_ms)
                 .id(step.settled.txid)
                 .u32(command)
                 .maybe(signer));
}

class OrdersView final : public View {
 public:
  [[nodiscard]] std::string_view name() const override { return "orders"; }
  [[nodiscard]] std::uint32_t format() const override { return 1; }
  [[nodiscard]] std::span<const storage::Table> tables() const override {
    static constexpr std::array kTables{kOrdersTable, kOrderStepsTable, kPartyOrdersTable,
                                        kStateOrdersTable, kOrderCountsTable};
    return kTables;
  }

  void apply(const BlockFacts& block, Writer& tables) const override {
    for (const auto& settled : block.settled) {
      for (const auto& write : settled.writes) {
        const auto* entry = std::get_if<contracts::OrderEntry>(&write.entry);
        if (entry == nullptr) continue;
        const OrderId id{write.key.id};
        const Step step{block, settled, id, *entry};
        put_step(step, tables);
        put_state(step, tables);
      }
    }
  }
};

}  // namespace

std::unique_ptr<View> make_orders_view() { return std::make_unique<OrdersView>(); }

}  // namespace tally::views
