#include "contracts/order/order_ship.hpp"

#include "unit/contracts/order/order_case.hpp"

namespace tally::contracts::order_case {
namespace {

Case valid() {
  const auto order = order_at(OrderState::accepted);
  const auto hash = hash_of("tracking");
  return order_step(order, OrderShip{hash}, step_outcome(shipped_order(order, hash)))
      .sign("seller");
}

TEST(OrderShip, CommitsToTheTrackingAndStartsTheClockOfTransit) {
  const auto c = valid();
  auto entry = entry_after(c, order_at(OrderState::shipped), 4 * kHourMs);
  entry.shipped_ms = c.block.time_ms;
  expect_writes(c, {{order_key(order_at(OrderState::accepted).id), entry}});
}

TEST(OrderShip, RefusesInPrecedenceOrder) {
  run_table(valid, step_rows(OrderState::funded,
                             {{"the seller has not signed",
                               [](Case& c) { c.tx.signers = {buyer()}; }, ErrorCode::order_party},
                              {"too late", [](Case& c) { c.block.active_ms += kLeftMs; },
                               ErrorCode::order_deadline_passed}}));
}

TEST(OrderShip, ComesBeforeTheDeadline) { expect_before_deadline(valid()); }

TEST(OrderShip, HoldsTheOutputAgainstTheCommandsHash) {
  auto c = valid();
  c.body<OrderShip>().tracking_hash = hash_of("another");
  expect_error(c, {ErrorCode::order_outputs_mismatch, 0, 1});
}

}  // namespace
}  // namespace tally::contracts::order_case
