#include "contracts/order/order_withdraw.hpp"

#include "unit/contracts/order/order_case.hpp"

namespace tally::contracts::order_case {
namespace {

Case valid() {
  const auto order = order_at(OrderState::offered);
  return order_step(order, OrderWithdraw{}, withdraw_outcome(order)).sign("seller");
}

TEST(OrderWithdraw, EndsTheOffer) {
  const auto c = valid();
  const auto order = order_at(OrderState::offered);
  expect_writes(c, {{order_key(order.id), entry_ended(c, order, OrderState::withdrawn, false)}});
}

TEST(OrderWithdraw, RefusesInPrecedenceOrder) {
  run_table(valid, step_rows(OrderState::funded, {{"the seller has not signed",
                                                   [](Case& c) { c.tx.signers = {buyer()}; },
                                                   ErrorCode::order_party}}));
}

TEST(OrderWithdraw, IsNeverTooLate) { expect_no_deadline(valid()); }

TEST(OrderWithdraw, PaysTheSellerAlone) {
  auto c = valid();
  c.out<Coin>(2).lock = KeyLock{buyer()};
  expect_error(c, {ErrorCode::order_outputs_mismatch, 2, 3});
}

}  // namespace
}  // namespace tally::contracts::order_case
