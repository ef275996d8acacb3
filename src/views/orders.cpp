#include "views/orders.hpp"

#include "views/accounts.hpp"
#include "views/list.hpp"
#include "views/order_rows.hpp"
#include "views/registry.hpp"
#include "views/tables.hpp"

namespace tally::views {

using contracts::OrderId;
using contracts::OrderState;

namespace {

// The order that a row of a list names, which must be there.
std::optional<OrderView> listed_order(const Snapshot& snapshot, const OrderId& id,
                                      storage::Table table, Reader& reader) {
  auto order = find_order(snapshot, id);
  if (!order) {
    reader.set(order.error());
    return std::nullopt;
  }
  if (!*order) reader.corrupt(table);
  return std::move(*order);
}

// The state's orders that `wanted` keeps; `filter` tells the list from others of the state.
template <typename Wanted>
Answer<Page<OrderView>> list_state(const Snapshot& snapshot, OrderState state, Bytes filter,
                                   const PageRequest& request, Wanted&& wanted) {
  const ListKeys keys{.table = kStateOrdersTable,
                      .prefix = Row().u8(number_of(state)).bytes(),
                      .heights = HeightRange{},
                      .filter = std::move(filter)};
  return list_rows<OrderView>(
      snapshot, keys, request, [&](Reader& reader, const storage::Entry& entry, std::uint64_t) {
        auto order = listed_order(snapshot, last_id<OrderId>(entry.key), kStateOrdersTable, reader);
        return order && wanted(*order) ? std::move(order) : std::nullopt;
      });
}

}  // namespace

ledger::Faulty<std::optional<OrderView>> find_order(const Snapshot& snapshot, const OrderId& id) {
  auto found = find_entry(snapshot, contracts::order_key(id));
  if (!found) return std::unexpected(found.error());
  if (!*found) return std::nullopt;
  OrderView view{.id = id,
                 .entry = std::get<contracts::OrderEntry>((*found)->entry),
                 .order = {},
                 .first_height = (*found)->first_height,
                 .changed_height = (*found)->changed_height};
  auto output = find_output(snapshot, view.entry.output_number);
  if (!output) return std::unexpected(output.error());
  Reader reader(snapshot.tables());
  auto* order = *output ? std::get_if<contracts::Order>(&(*output)->stored.output) : nullptr;
  if (order == nullptr) {
    reader.corrupt(kOutputsTable);
  } else {
    view.order = std::move(*order);
  }
  return reader.finish(std::optional(std::move(view)));
}

ledger::Faulty<std::vector<OrderStepView>> list_order_steps(const Snapshot& snapshot,
                                                            const OrderId& id) {
  Reader reader(snapshot.tables());
  std::vector<OrderStepView> steps;
  reader.scan_prefix(kOrderStepsTable, id.view(), [&](const storage::Entry& entry) {
    RowReader key(entry.key);
    RowReader row(entry.value);
    key.skip(32);
    steps.push_back({.state = static_cast<OrderState>(row.u8()),
                     .height = key.u64(),
                     .position = key.u32(),
                     .time_ms = row.u64(),
                     .txid = row.id<contracts::Txid>(),
                     .command = row.u32(),
                     .signer = row.maybe_id<contracts::PublicKey>()});
    if (!key.complete() || !row.complete()) reader.corrupt(kOrderStepsTable);
    return reader.ok();
  });
  return reader.finish(std::move(steps));
}

Answer<Page<OrderView>> list_orders(const Snapshot& snapshot, const contracts::PublicKey& party,
                                    const OrderFilter& filter, const PageRequest& request) {
  const ListKeys keys{.table = kPartyOrdersTable,
                      .prefix = Row().id(party).bytes(),
                      .heights = HeightRange{},
                      .filter = Row()
                                    .u8(filter.side ? static_cast<std::uint8_t>(*filter.side) : 0)
                                    .u8(filter.state ? number_of(*filter.state) : 0)
                                    .bytes()};
  return list_rows<OrderView>(
      snapshot, keys, request,
      [&](Reader& reader, const storage::Entry& entry, std::uint64_t) -> std::optional<OrderView> {
        const auto side = static_cast<OrderSide>(RowReader(entry.key).skip(44).u8());
        if (filter.side && side != *filter.side) return std::nullopt;
        const auto id = last_id<OrderId>(entry.key);
        auto order = listed_order(snapshot, id, kPartyOrdersTable, reader);
        if (order && filter.state && order->entry.state != *filter.state) return std::nullopt;
        return order;
      });
}

Answer<Page<OrderView>> list_orders_in(const Snapshot& snapshot, OrderState state,
                                       const PageRequest& request) {
  return list_state(snapshot, state, {}, request, [](const OrderView&) { return true; });
}

Answer<Page<OrderView>> list_offers(const Snapshot& snapshot,
                                    const std::optional<contracts::PublicKey>& buyer,
                                    const PageRequest& request) {
  auto filter = Row().u8(1).maybe(buyer).bytes();
  return list_state(snapshot, OrderState::offered, std::move(filter), request,
                    [&](const OrderView& order) {
                      const auto& named = order.order.terms.named_buyer;
                      return !named || named == buyer;
                    });
}

}  // namespace tally::views
