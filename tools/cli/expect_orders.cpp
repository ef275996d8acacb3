// What an order's transaction must be to be as asked.
#include "base/checked.hpp"
#include "cli/expect_parts.hpp"
#include "contracts/order/order_flow.hpp"
#include "market/commands/order_terms.hpp"

namespace tally::cli {
namespace {

using contracts::account_of;
using contracts::Order;
using contracts::OrderState;
using contracts::Transaction;

const Order* order_in(const Transaction& built) {
  for (const auto& output : built.outputs) {
    if (const auto* order = std::get_if<Order>(&output)) return order;
  }
  return nullptr;
}

Result<void> expect_offer(const Again& again, const Asked& asked, const Transaction& built,
                          Expectation& expected) {
  if (built.inputs.empty()) return not_as_asked("it offers nothing");
  const contracts::OrderOffer offer{market::read_terms(asked.account, again.parameters())};
  expected.commands = {offer};
  expected.outputs = {contracts::offered_order(offer.terms, built.inputs.front().outpoint)};
  expected.change_to = {account_of(asked.account)};
  return {};
}

// The terms are in the order that comes out, and the ledger settles nothing in which they are not
// those of the order that went in.
Result<const Order*> living_order(const Again& again, const Transaction& built) {
  const auto* order = order_in(built);
  if (order == nullptr || order->id != again.parameters().order("order")) {
    return not_as_asked("it is about another order");
  }
  return order;
}

Result<void> expect_fund(const Again& again, const Asked& asked, const Transaction& built,
                         Node& node, Expectation& expected) {
  const auto found = living_order(again, built);
  if (!found) return std::unexpected(found.error());
  const auto& order = **found;
  std::vector<contracts::Holding> payment;
  Uint128 sum = 0;
  bool names_price = false;
  for (const auto& holding : again.parameters().objects("payment")) {
    const auto* asset = holding.asset("asset");
    if (asset == nullptr) return not_as_asked("an asset that is not known");
    payment.push_back({asset->id, holding.amount("amount", asset)});
    sum += payment.back().amount;
    names_price = names_price || asset->id == order.terms.price_asset;
  }
  const auto price = contracts::order_price(order.terms).value_or(0);
  if (!names_price && sum < price) {
    payment.push_back({order.terms.price_asset, price - static_cast<std::uint64_t>(sum)});
  }
  std::ranges::sort(payment, {}, &contracts::Holding::asset);
  for (const auto& holding : payment) {
    if (const auto asset = node.asset(holding.asset.hex()); !asset) {
      return std::unexpected(asset.error());
    }
  }
  Order before = order;
  before.state = OrderState::offered;
  before.buyer = {};
  before.payment.clear();
  before.loyalty_reserved = false;
  expected.commands = {contracts::OrderFund{asked.account, payment}};
  expected.outputs = {contracts::funded_order(before, asked.account, payment, false)};
  expected.change_to = {again.parameters().account("from").value_or(account_of(asked.account))};
  return {};
}

// A step after which the order lives on.
Result<void> expect_step(const Again& again, const Transaction& built, contracts::CommandBody body,
                         OrderState state, Expectation& expected) {
  const auto found = living_order(again, built);
  if (!found) return std::unexpected(found.error());
  Order next = **found;
  next.state = state;
  if (const auto* ship = std::get_if<contracts::OrderShip>(&body)) {
    next.tracking_hash = ship->tracking_hash;
  }
  expected.commands = {std::move(body)};
  expected.outputs = {std::move(next)};
  return {};
}

// The end of an order: who gets what follows from the order alone, which the input names.
Result<void> expect_end(const Again& again, const Asked& asked, const Transaction& built,
                        Node& node, Expectation& expected) {
  const auto spent = spent_outputs(built, node);
  if (!spent) return std::unexpected(spent.error());
  const auto* order = spent->size() == 1 ? std::get_if<Order>(&spent->front()) : nullptr;
  if (order == nullptr || order->id != again.parameters().order("order")) {
    return not_as_asked("it is about another order");
  }
  for (const auto& holding : order->payment) {
    if (const auto asset = node.asset(holding.asset.hex()); !asset) {
      return std::unexpected(asset.error());
    }
  }
  const auto facts = contracts::asset_facts(order->terms.seller, order->payment, again.registry());
  expected.spendable = outpoints(built);
  if (asked.command == "order_release") {
    expected.commands = {contracts::OrderRelease{}};
    expected.outputs = contracts::release_outcome(*order, facts).outputs;
  } else if (asked.command == "order_withdraw") {
    expected.commands = {contracts::OrderWithdraw{}};
    expected.outputs = contracts::withdraw_outcome(*order).outputs;
  } else if (asked.command == "order_refund") {
    const bool by_buyer = std::ranges::find(built.signers, order->buyer) != built.signers.end();
    const auto bond_to = contracts::refund_bond_to(order->state, by_buyer);
    expected.commands = {contracts::OrderRefund{}};
    expected.outputs = contracts::refund_outcome(*order, bond_to).outputs;
  } else {
    // Whether a delivered order is released or disputed is the ledger's to say.
    expected.commands = {contracts::OrderTimeout{}};
    expected.outputs = contracts::timeout_outcome(*order, true, facts).outputs;
    if (order->state == OrderState::delivered && order_in(built) != nullptr) {
      expected.outputs = contracts::timeout_outcome(*order, false, facts).outputs;
    }
  }
  return {};
}

}  // namespace

Result<void> expect_order(const Again& again, const Asked& asked, const Transaction& built,
                          Node& node, Expectation& expected) {
  const auto& command = asked.command;
  const auto& p = again.parameters();
  if (command == "order_offer") return expect_offer(again, asked, built, expected);
  if (command == "order_fund") return expect_fund(again, asked, built, node, expected);
  if (command == "order_accept") {
    return expect_step(again, built, contracts::OrderAccept{}, OrderState::accepted, expected);
  }
  if (command == "order_ship") {
    return expect_step(again, built, contracts::OrderShip{p.hash("tracking_hash")},
                       OrderState::shipped, expected);
  }
  if (command == "order_deliver") {
    return expect_step(again, built, contracts::OrderDeliver{}, OrderState::delivered, expected);
  }
  if (command == "order_dispute") {
    return expect_step(again, built, contracts::OrderDispute{p.hash("reason_hash")},
                       OrderState::disputed, expected);
  }
  return expect_end(again, asked, built, node, expected);
}

}  // namespace tally::cli
