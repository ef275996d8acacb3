#include "contracts/order/order_deliver.hpp"

#include "unit/contracts/order/order_case.hpp"

namespace tally::contracts::order_case {
namespace {

Case unsigned_case() {
  const auto order = order_at(OrderState::shipped);
  return order_step(order, OrderDeliver{}, step_outcome(delivered_order(order)));
}
Case by_carrier() { return unsigned_case().sign("carrier"); }
Case by_buyer() { return unsigned_case().sign("buyer"); }

TEST(OrderDeliver, StartsTheClockOfInspection) {
  for (const auto& c : {by_carrier(), by_buyer()}) {
    auto entry = entry_after(c, order_at(OrderState::delivered), 5 * kHourMs);
    entry.delivered_ms = c.block.time_ms;
    expect_writes(c, {{order_key(order_at(OrderState::shipped).id), entry}});
  }
}

TEST(OrderDeliver, RefusesInPrecedenceOrder) {
  const auto revoke = [](Case& c) {
    c.registry.at<AccreditationEntry>(accreditation_key(carrier(), Role::carrier)).revoked_ms = 5;
  };
  run_table(
      by_carrier,
      step_rows(OrderState::accepted,
                {{"nobody who may has signed", [](Case& c) { c.tx.signers = {seller()}; },
                  ErrorCode::order_party},
                 {"the carrier is not accredited any more", revoke, ErrorCode::not_accredited},
                 {"too late", [](Case& c) { c.block.active_ms += kLeftMs; },
                  ErrorCode::order_deadline_passed}}));
}

TEST(OrderDeliver, ComesBeforeTheDeadline) {
  expect_before_deadline(by_carrier());
  expect_before_deadline(by_buyer());
}

TEST(OrderDeliver, IsNotForACarrierThatTheTermsDoNotName) {
  auto c = by_carrier();
  c.registry.put(accreditation_key(key_of("courier"), Role::carrier),
                 AccreditationEntry{.key = key_of("courier"), .role = Role::carrier});
  c.tx.signers = {key_of("courier")};
  expect_error(c, {ErrorCode::order_party, 0, 0});
  c = by_carrier();
  c.in<Order>(0).terms.carrier.reset();
  expect_error(c, {ErrorCode::order_party, 0, 0});
}

TEST(OrderDeliver, DemandsTheRoleOfACarrier) {
  auto c = by_carrier();
  c.in<Order>(0).terms.carrier = key_of("centre");
  c.out<Order>(0).terms.carrier = key_of("centre");
  c.registry.put(accreditation_key(key_of("centre"), Role::centre),
                 AccreditationEntry{.key = key_of("centre"), .role = Role::centre});
  c.tx.signers = {key_of("centre")};
  expect_error(c, {ErrorCode::not_accredited, 0, 0});
}

TEST(OrderDeliver, NeedsNoCarrierWhereTheBuyerSigns) {
  auto c = by_buyer();
  c.registry.at<AccreditationEntry>(accreditation_key(carrier(), Role::carrier)).revoked_ms = 5;
  EXPECT_TRUE(c.run());
}

}  // namespace
}  // namespace tally::contracts::order_case
