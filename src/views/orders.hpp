// Orders: what was agreed, how far it is, and who has which.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "contracts/command.hpp"
#include "contracts/order.hpp"
#include "views/page.hpp"
#include "views/views.hpp"

namespace tally::views {

struct OrderView {
  contracts::OrderId id;
  contracts::OrderEntry entry;  ///< `output_number` and `outpoint`: of `order`.
  contracts::Order order;       ///< The living output; of an ended order the last one.
  std::uint64_t first_height = 0;
  std::uint64_t changed_height = 0;
};

/// One step of an order, into `state`.
struct OrderStepView {
  contracts::OrderState state = contracts::OrderState::offered;
  std::uint64_t height = 0;
  std::uint32_t position = 0;
  std::uint64_t time_ms = 0;
  contracts::Txid txid;
  contracts::CommandNumber command = 0;
  std::optional<contracts::PublicKey> signer;  ///< The first; none for a timeout by nobody.
};

enum class OrderSide : std::uint8_t { seller = 1, buyer = 2 };

struct OrderFilter {
  std::optional<OrderSide> side{};
  std::optional<contracts::OrderState> state{};
};

/// Faults: storage.
ledger::Faulty<std::optional<OrderView>> find_order(const Snapshot& snapshot,
                                                    const contracts::OrderId& id);
/// All steps, in ledger order; an order has no more than its states. Faults: storage.
ledger::Faulty<std::vector<OrderStepView>> list_order_steps(const Snapshot& snapshot,
                                                            const contracts::OrderId& id);

/// The orders of a party, in the order in which it came to be one.
Answer<Page<OrderView>> list_orders(const Snapshot& snapshot, const contracts::PublicKey& party,
                                    const OrderFilter& filter, const PageRequest& request);
/// The orders in a state, in the order in which they came into it.
Answer<Page<OrderView>> list_orders_in(const Snapshot& snapshot, contracts::OrderState state,
                                       const PageRequest& request);
/// Open offers that anyone may fund, and those to `buyer` if given; oldest first.
Answer<Page<OrderView>> list_offers(const Snapshot& snapshot,
                                    const std::optional<contracts::PublicKey>& buyer,
                                    const PageRequest& request);

}  // namespace tally::views
